use tokio::runtime::Runtime;

pub type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

/// One contestant in one case.
pub struct Cell<'a> {
    pub case: &'static str,
    pub name: &'static str,
    /// Does the work so many times.
    pub work: Box<dyn FnMut(u64) + 'a>,
    pub repeats: u64,
}

pub fn cell(
    case: &'static str,
    name: &'static str,
    repeats: u64,
    mut once: impl FnMut(u64) + 'static,
) -> Cell<'static> {
    let work = move |times| (0..times).for_each(&mut once);
    Cell { case, name, work: Box::new(work), repeats }
}

/// All repeats of a slice run in one `block_on` of a current-thread runtime, as the tasks of a server do; what is set up
/// first runs there too.
pub fn async_cell<F: AsyncFnMut(u64) + 'static>(
    case: &'static str,
    name: &'static str,
    repeats: u64,
    set_up: impl AsyncFnOnce() -> Fallible<F>,
) -> Fallible<Cell<'static>> {
    let runtime: Runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut once = runtime.block_on(set_up())?;
    let work = move |times| {
        runtime.block_on(async {
            for n in 0..times {
                once(n).await;
            }
        });
    };
    Ok(Cell { case, name, work: Box::new(work), repeats })
}
