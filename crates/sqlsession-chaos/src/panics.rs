use std::sync::{Mutex, Once, PoisonError};

static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Keeps every panic of this process from now on, those of tasks that nobody joins too. They are printed as well.
pub(crate) fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let former = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            SEEN.lock().unwrap_or_else(PoisonError::into_inner).push(panic.to_string());
            former(panic);
        }));
    });
}

/// Those since this was asked last.
pub(crate) fn take() -> Vec<String> {
    std::mem::take(&mut *SEEN.lock().unwrap_or_else(PoisonError::into_inner))
}
