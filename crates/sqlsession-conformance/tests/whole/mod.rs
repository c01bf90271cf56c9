//! What every driver has to show when its futures are dropped.

use sqlsession_conformance::future_drop;
use sqlsession_core::AsyncEngine;

pub(crate) async fn check(engine: AsyncEngine) {
    let report = future_drop::run(&engine).await.unwrap();
    println!("{report}");
    assert!(report.leaks.is_empty(), "{report}");
    // Fewer would mean that the operations no longer wait anywhere, and that this test proves nothing.
    assert!(report.dropped > 3 * report.operations, "{report}");
}
