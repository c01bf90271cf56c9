use super::writer::Writer;
use crate::{driver::Dialect, unit_of_work::fits::ArrayOf};

/// Rows with a parameter for each value.
pub(super) fn rows(sql: &mut Writer<'_>, columns: &[usize], rows: usize, dialect: &Dialect) {
    sql.push("INSERT INTO ").name();
    if columns.is_empty() {
        // MySQL knows the standard's words as little as the others know its own.
        sql.push(if dialect.quote == '`' { " () VALUES ()" } else { " DEFAULT VALUES" });
        return;
    }
    sql.push(" (").columns(columns).push(") VALUES ");
    sql.each(", ", 0..rows, |sql, _| {
        sql.push("(").parameters(columns).push(")");
    });
}

/// Any number of rows, in the order of the arrays.
pub(super) fn arrays(sql: &mut Writer<'_>, columns: &[usize]) {
    sql.push("INSERT INTO ").name().push(" (").columns(columns).push(") SELECT ");
    sql.columns(columns).push(" FROM ");
    unnested(sql, columns);
    sql.push(" WITH ORDINALITY AS v (").columns(columns).push(", sqlsession_row) ORDER BY v.sqlsession_row");
}

/// The arrays as the rows of a table.
pub(super) fn unnested(sql: &mut Writer<'_>, columns: &[usize]) {
    sql.push("unnest(");
    sql.each(", ", columns, |sql, column| {
        match ArrayOf::column(&sql.table.columns()[*column].column_type) {
            Some(ArrayOf::Type(name)) => sql.parameter().push("::").push(name).push("[]"),
            // Two that are one are of one type: of the parameter, which says none, the server asks no more.
            _ => {
                sql.push("coalesce(").parameter().push(", array[(null::").name().push(").");
                sql.column(*column).push("])")
            }
        };
    });
    sql.push(")");
}

/// The columns that were not given.
pub(super) fn returning(sql: &mut Writer<'_>, given: &[usize]) {
    let unset: Vec<usize> = (0..sql.table.columns().len()).filter(|column| !given.contains(column)).collect();
    sql.push(" RETURNING ").columns(&unset);
}
