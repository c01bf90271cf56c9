/// An async closure over a borrowed argument whose future can be asked to be `Send`.
///
/// Stable Rust cannot name the future of `AsyncFnOnce` in a bound; this trait does. It is implemented for every
/// `async |session| …` and is not meant to be implemented by hand.
pub trait AsyncFunc<T, R>: AsyncFnOnce(T) -> R + FnOnce(T) -> <Self as AsyncFunc<T, R>>::Fut {
    /// The closure's future.
    type Fut: Future<Output = R>;
}

impl<F, T, Fut, R> AsyncFunc<T, R> for F
where
    F: AsyncFnOnce(T) -> R + FnOnce(T) -> Fut,
    Fut: Future<Output = R>,
{
    type Fut = Fut;
}
