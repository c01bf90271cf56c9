use super::{
    insert::unnested,
    select::among,
    update::{matched, where_key},
    writer::Writer,
};

pub(super) fn one(sql: &mut Writer<'_>) {
    sql.push("DELETE FROM ").name();
    where_key(sql);
}

pub(super) fn arrays(sql: &mut Writer<'_>) {
    let key = sql.key();
    sql.push("DELETE FROM ").name().push(" AS t USING ");
    unnested(sql, &key);
    sql.push(" AS v (").columns(&key).push(") WHERE ");
    matched(sql, &key);
}

pub(super) fn listed(sql: &mut Writer<'_>, rows: usize) {
    sql.push("DELETE FROM ").name();
    among(sql, rows);
}
