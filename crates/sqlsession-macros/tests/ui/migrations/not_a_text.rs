fn main() {
    let _ = sqlsession_macros::embed_migrations!(migrations);
}
