use sqlsession::{AsyncDatabase, embed_migrations, migrations::Migrations};

use crate::names;

#[tokio::test]
async fn the_files_of_a_folder_are_in_the_program() {
    let embedded = embed_migrations!("tests/migrations/files").unwrap();
    let db = AsyncDatabase::create("sqlite://").unwrap();
    assert_eq!(names(&embedded.run(&db).await.unwrap()), ["V1__init", "V2__ada"]);
    assert_eq!(db.scalar::<String>("select name from users").await.unwrap().as_deref(), Some("Ada"));
    // They are the same as those that are read.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/migrations/files");
    assert!(Migrations::read(folder).unwrap().run(&db).await.unwrap().is_empty());
}
