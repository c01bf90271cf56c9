use super::{insert::unnested, writer::Writer};

/// The row of a key; the values come before the key.
pub(super) fn one(sql: &mut Writer<'_>, columns: &[usize]) {
    sql.push("UPDATE ").name().push(" SET ");
    sql.each(", ", columns, |sql, column| {
        sql.column(*column).push(" = ").parameter();
    });
    where_key(sql);
}

pub(super) fn where_key(sql: &mut Writer<'_>) {
    let key = sql.key();
    sql.push(" WHERE ").each(" AND ", key, |sql, column| {
        sql.column(column).push(" = ").parameter();
    });
}

/// Any number of rows out of arrays, those of the key last.
pub(super) fn arrays(sql: &mut Writer<'_>, columns: &[usize]) {
    let key = sql.key();
    let all = [columns, &key].concat();
    sql.push("UPDATE ").name().push(" AS t SET ");
    sql.each(", ", columns, |sql, column| {
        sql.column(*column).push(" = v.").column(*column);
    });
    sql.push(" FROM ");
    unnested(sql, &all);
    sql.push(" AS v (").columns(&all).push(") WHERE ");
    matched(sql, &key);
}

/// Rows that are written into the text, the key last. They come first in the join: the other way around the server might
/// read, and lock, the whole table.
pub(super) fn joined(sql: &mut Writer<'_>, columns: &[usize], rows: usize) {
    let key = sql.key();
    let all = [columns, &key].concat();
    sql.push("UPDATE (");
    sql.each(" UNION ALL ", 0..rows, |sql, row| {
        sql.push("SELECT ").each(", ", &all, |sql, column| {
            sql.parameter();
            if row == 0 {
                sql.push(" AS ").column(*column);
            }
        });
    });
    sql.push(") AS v STRAIGHT_JOIN ").name().push(" AS t ON ");
    matched(sql, &key);
    sql.push(" SET ").each(", ", columns, |sql, column| {
        sql.push("t.").column(*column).push(" = v.").column(*column);
    });
}

/// That the rows of `t` and of `v` have one key.
pub(super) fn matched(sql: &mut Writer<'_>, key: &[usize]) {
    sql.each(" AND ", key, |sql, column| {
        sql.push("t.").column(*column).push(" = v.").column(*column);
    });
}
