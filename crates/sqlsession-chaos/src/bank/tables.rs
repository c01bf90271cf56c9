/// How many accounts there are: few, so that transfers meet.
pub const ACCOUNTS: u32 = 20;

/// What each of them begins with: more than transfers ever take, so that the CHECK never refuses one by chance.
pub const OPENING_BALANCE: i64 = 1_000_000;

/// What all balances add up to, always.
pub const TOTAL: i64 = OPENING_BALANCE * ACCOUNTS as i64;

/// The tables, for every dialect.
///
/// The number of a transfer is no key of the ledger: a transfer that was made twice is to be found there, and not to be
/// refused by the server.
pub const TABLES: [&str; 4] = [
    "CREATE TABLE accounts (id INT PRIMARY KEY, balance BIGINT NOT NULL, CHECK (balance >= 0))",
    "CREATE TABLE ledger (transfer BIGINT NOT NULL, source INT NOT NULL, target INT NOT NULL, amount BIGINT NOT NULL)",
    "CREATE TABLE probes (id INT PRIMARY KEY, count BIGINT NOT NULL)",
    "INSERT INTO probes VALUES (1, 0)",
];

/// The statement that opens the accounts.
#[must_use]
pub fn opening_rows() -> String {
    let rows: Vec<String> = (1..=ACCOUNTS).map(|id| format!("({id}, {OPENING_BALANCE})")).collect();
    format!("INSERT INTO accounts VALUES {}", rows.join(", "))
}
