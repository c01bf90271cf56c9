use sqlsession::{AsyncDatabase, Entity};

use crate::place::Place;

/// Stores entities, and gives them back with what the server has generated.
pub(crate) async fn insert<E: Entity + Clone>(db: &AsyncDatabase, entities: &[E]) -> Vec<E> {
    let mut session = db.session_maker().session();
    let added = session.add_all(entities.to_vec()).unwrap();
    session.commit().await.unwrap();
    added.into_iter().map(|added| session.take(added).unwrap()).collect()
}

/// All rows of the entity's table, by its first column.
pub(crate) async fn read<E: Entity>(db: &AsyncDatabase, place: &Place) -> Vec<E> {
    let quote = if matches!(place, Place::Mysql(_)) { '`' } else { '"' };
    let table = E::table().table_name().unwrap().quoted(quote);
    let mut session = db.session_maker().session();
    session.all(format!("select * from {table} order by 1")).await.unwrap()
}
