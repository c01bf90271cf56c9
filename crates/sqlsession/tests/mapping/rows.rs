use sqlsession::{AsyncDatabase, Entity, Value};

use crate::place::Place;

/// Stores entities as they are; what is unset is left to the server.
pub(crate) async fn insert<E: Entity>(db: &AsyncDatabase, entities: &[E]) {
    for entity in entities {
        let mut values = Vec::new();
        entity.append_values(&mut values).unwrap();
        let set =
            E::table().columns().iter().zip(values).filter_map(|(column, value)| Some((column, value?)));
        let (columns, values): (Vec<String>, Vec<Value>) =
            set.map(|(column, value)| (column.name.clone().into_owned(), value)).unzip();
        let mut session = db.session_maker().session();
        session.bulk_insert(E::table().name(), columns, [values]).await.unwrap();
        session.commit().await.unwrap();
    }
}

/// All rows of the entity's table, by its first column.
pub(crate) async fn read<E: Entity>(db: &AsyncDatabase, place: &Place) -> Vec<E> {
    let quote = if matches!(place, Place::Mysql(_)) { '`' } else { '"' };
    let table = E::table().table_name().unwrap().quoted(quote);
    let mut session = db.session_maker().session();
    session.all(format!("select * from {table} order by 1")).await.unwrap()
}
