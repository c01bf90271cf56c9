/// What lies in a row for a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Field<'r> {
    /// NULL
    Null,
    /// A whole number with a sign.
    Int(i64),
    /// A whole number without a sign.
    UInt(u64),
    /// A number of 32 bits.
    Float(f32),
    /// A number of 64 bits.
    Double(f64),
    /// A year, month, day, hour, minute, second and microseconds, which need not be a date.
    Date(u16, u8, u8, u8, u8, u8, u32),
    /// Whether it is negative, days, hours, minutes, seconds and microseconds.
    Time(bool, u32, u8, u8, u8, u32),
    /// Text or bytes, which is how everything comes that was not prepared.
    Bytes(&'r [u8]),
}
