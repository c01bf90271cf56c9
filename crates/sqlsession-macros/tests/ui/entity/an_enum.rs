use sqlsession_macros::Entity;

#[derive(Entity)]
#[entity(crate = "sqlsession_core")]
enum State {
    On,
    Off,
}

fn main() {}
