use sqlsession_test_servers::MysqlProduct::{self, Mariadb, Mysql};

/// Literals of one type.
pub(super) struct Case {
    pub(super) ty: &'static str,
    /// What the driver reads them as.
    pub(super) read_as: &'static str,
    pub(super) literals: &'static [&'static str],
    /// Those that only text can hold: no such day, more than a day.
    pub(super) texts: &'static [&'static str],
    /// Who has it, if not both.
    pub(super) only: Option<MysqlProduct>,
}

const fn case(ty: &'static str, read_as: &'static str, literals: &'static [&'static str]) -> Case {
    Case { ty, read_as, literals, texts: &[], only: None }
}

impl Case {
    const fn texts(mut self, texts: &'static [&'static str]) -> Self {
        self.texts = texts;
        self
    }

    const fn only(mut self, product: MysqlProduct) -> Self {
        self.only = Some(product);
        self
    }
}

const WORDS: &[&str] =
    &["''", "'plain'", "' both '", "'Gr\u{fc}\u{df}e'", "'it''s'", "'back\\\\slash'", "'t\\tn\\nz\\0'"];
const WIDE: &[&str] = &["''", "'日本語 🦀'", "'\u{7f}\u{80}\u{ffff}\u{10ffff}'", "repeat('x', 255)"];
const LATIN: &[&str] = &["''", "'Gr\u{fc}\u{df}e'", "'\u{ff}'"];
const BYTES: &[&str] = &["x''", "x'00'", "x'ff00fe27'", "'text'", "x'c3bc'"];

/// Every type, with its least, its most and what is special of it.
#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    case("tinyint", "integer", &["-128", "-1", "0", "127"]),
    case("tinyint unsigned", "integer", &["0", "128", "255"]),
    case("bool", "integer", &["false", "true", "2"]),
    case("smallint", "integer", &["-32768", "0", "32767"]),
    case("smallint unsigned", "integer", &["0", "65535"]),
    case("mediumint", "integer", &["-8388608", "-1", "8388607"]),
    case("mediumint unsigned", "integer", &["0", "16777215"]),
    case("int", "integer", &["-2147483648", "-1", "2147483647"]),
    case("int unsigned", "integer", &["0", "4294967295"]),
    case("int(6) zerofill", "integer", &["7", "1234567"]),
    case("bigint", "integer", &["-9223372036854775808", "-1", "9223372036854775807"]),
    case("bigint unsigned", "integer", &["0", "9223372036854775807", "9223372036854775808", "18446744073709551615"]),
    case("float", "float", &["0", "-0.5", "0.1", "3.4e38", "-1.17549435e-38", "16777217", "123456.789"]),
    case("double", "float", &["0", "0.1", "1.7976931348623157e308", "2.2250738585072014e-308", "1e300", "9007199254740993", "123456789.123456789"]),
    case("decimal(65,30)", "decimal", &["0", "-0.000000000000000000000000000001", "99999999999999999999999999999999999.999999999999999999999999999999", "-99999999999999999999999999999999999.999999999999999999999999999999"]),
    case("decimal(65,0)", "decimal", &["0", "99999999999999999999999999999999999999999999999999999999999999999"]),
    case("decimal(10,2)", "decimal", &["0", "1.5", "-99999999.99", "0.01"]),
    case("decimal(5,2) unsigned", "decimal", &["0", "999.99"]),
    case("char(20)", "text", WORDS),
    case("varchar(300)", "text", WORDS),
    case("varchar(300) character set utf8mb4", "text", WIDE),
    case("text character set utf8mb4", "text", WIDE),
    case("char(10) character set latin1", "text", LATIN),
    case("varchar(20) character set latin1 collate latin1_bin", "text", LATIN),
    case("varchar(20) character set utf16", "text", LATIN),
    case("varchar(20) character set ucs2", "text", LATIN),
    case("varchar(20) character set ascii", "text", &["''", "'plain'"]),
    case("varchar(20) character set sjis", "text", &["'日本'"]),
    case("tinytext", "text", WORDS),
    case("mediumtext", "text", &["''", "repeat('ü', 70000)"]),
    case("longtext", "text", &["''", "repeat('x', 300000)"]),
    case("binary(4)", "bytes", &["x'00000000'", "x'ff00fe27'", "'ab'"]),
    case("varbinary(20)", "bytes", BYTES),
    case("tinyblob", "bytes", BYTES),
    case("blob", "bytes", BYTES),
    case("mediumblob", "bytes", &["x''", "repeat(x'ff00', 40000)"]),
    case("longblob", "bytes", &["x''", "repeat(x'fe00ff', 100000)"]),
    case("date", "date", &["'1000-01-01'", "'2024-02-29'", "'9999-12-31'", "'0001-01-01'"]).texts(&["'0000-00-00'", "'2024-00-00'", "'2024-02-31'"]),
    case("time", "time", &["'00:00:00'", "'23:59:59'"]).texts(&["'-00:00:01'", "'24:00:00'", "'-838:59:59'", "'838:59:59'"]),
    case("time(6)", "time", &["'00:00:00.000001'", "'23:59:59.999999'", "'12:00:00'"]).texts(&["'-00:00:00.000001'", "'-838:59:59'", "'838:59:58.999999'", "'24:00:00'"]),
    case("time(2)", "time", &["'01:02:03.04'"]).texts(&["'100:00:00.5'"]),
    case("datetime", "date-time", &["'1000-01-01 00:00:00'", "'9999-12-31 23:59:59'", "'2024-02-29 12:34:56'"]).texts(&["'0000-00-00 00:00:00'", "'2024-00-01 01:02:03'"]),
    case("datetime(6)", "date-time", &["'1000-01-01 00:00:00.000000'", "'9999-12-31 23:59:59.999999'", "'2024-02-29 12:34:56.000001'"]).texts(&["'0000-00-00'", "'2024-02-31 00:00:00.5'"]),
    case("datetime(3)", "date-time", &["'2024-02-29 12:34:56.789'"]).texts(&["'0000-00-00'"]),
    case("timestamp null", "date-time", &["'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'"]).texts(&["'0000-00-00 00:00:00'"]),
    case("timestamp(6) null", "date-time", &["'1970-01-01 00:00:01.000001'", "'2024-07-01 12:34:56.999999'"]).texts(&["'0000-00-00 00:00:00'"]),
    case("year", "integer", &["0", "1901", "2155"]),
    case("json", "text", &["'{\"a\": [1, \"ü\", null]}'", "'[]'", "'\"text\"'", "'1.50'", "'null'"]).only(Mariadb),
    case("json", "json", &["'{\"a\": [1, \"ü\", null]}'", "'[]'", "'\"text\"'", "'1.5'", "'null'", "json_array(1, 'x')"]).only(Mysql),
    case("enum('a','ü','')", "text", &["'a'", "'ü'", "''"]),
    case("set('a','ü','c')", "text", &["''", "'a'", "'a,ü,c'"]),
    case("bit(1)", "integer", &["b'0'", "b'1'"]),
    case("bit(17)", "integer", &["b'0'", "b'10000000000000001'"]),
    case("bit(64)", "integer", &["b'0'", "0x7fffffffffffffff", "0xffffffffffffffff"]),
    case("geometry", "bytes", &["point(1, -2)", "linestring(point(0, 0), point(1.5, 1e10))", "st_geomfromtext('GEOMETRYCOLLECTION(POINT(1 1))')"]),
    case("point", "bytes", &["point(0, 0)"]),
    case("polygon", "bytes", &["st_geomfromtext('POLYGON((0 0, 1 0, 1 1, 0 0))')"]),
    case("uuid", "text", &["'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'", "'123e4567-e89b-12d3-a456-426614174000'"]).only(Mariadb),
    case("inet6", "text", &["'::'", "'2001:db8::ff00:42:8329'", "'::ffff:192.0.2.1'"]).only(Mariadb),
    case("inet4", "text", &["'0.0.0.0'", "'192.0.2.255'"]).only(Mariadb),
    case("vector(3)", "bytes", &["string_to_vector('[1, -2.5, 3e10]')"]).only(Mysql),
];
