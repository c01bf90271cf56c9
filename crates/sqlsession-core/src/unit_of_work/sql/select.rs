use super::writer::Writer;

pub(super) fn by_key(sql: &mut Writer<'_>, keys: usize, lock: bool) {
    let columns: Vec<usize> = (0..sql.table.columns().len()).collect();
    sql.push("SELECT ").columns(&columns).push(" FROM ").name();
    among(sql, keys);
    if lock {
        sql.push(" FOR UPDATE");
    }
}

/// That the key is one of so many.
pub(super) fn among(sql: &mut Writer<'_>, keys: usize) {
    let key = sql.key();
    sql.push(" WHERE ");
    match &*key {
        [column] if keys > 1 => {
            sql.column(*column).push(" IN (").each(", ", 0..keys, |sql, _| {
                sql.parameter();
            });
            sql.push(")");
        }
        // Not every server compares rows.
        columns => {
            sql.each(" OR ", 0..keys, |sql, _| {
                sql.push("(").each(" AND ", columns, |sql, column| {
                    sql.column(*column).push(" = ").parameter();
                });
                sql.push(")");
            });
        }
    }
}
