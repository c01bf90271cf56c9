use std::{any::Any, sync::Arc};

use sqlsession::{
    AsyncEngine, EngineOptions, Result, blocking,
    driver::{
        BoxFuture, BulkRequest, Cancel, Control, Dialect, Driver, DriverConnection, IsolationLevel,
        ManyRequest, Operation, Outcome, PlaceholderStyle, Request, RowSender, ServerTransaction,
    },
    engine::DriverEngine,
};
use sqlsession_core::runtime::Executor;

/// A driver whose connections do nothing, at once: what is left is the pool's and the session's own cost.
#[derive(Debug)]
pub struct Fake {
    dialect: Dialect,
}

impl Fake {
    fn engine(options: EngineOptions) -> Result<DriverEngine<Self>> {
        let levels = &[IsolationLevel::Serializable, IsolationLevel::Autocommit];
        let driver = Self { dialect: Dialect::new("fake", "fake", PlaceholderStyle::Dollar, levels) };
        DriverEngine::over("fake://nowhere".parse()?, driver, Executor::Caller, options)
    }

    pub fn by_await(options: EngineOptions) -> Result<AsyncEngine> {
        Ok(Self::engine(options)?.to_async())
    }

    pub fn blocking(options: EngineOptions) -> Result<blocking::Engine> {
        Self::engine(options.blocking())?.to_blocking()
    }
}

impl Driver for Fake {
    type Connection = Box<Nothing>;

    fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    fn connect(&self) -> BoxFuture<'_, Result<Box<Nothing>>> {
        Box::pin(async { Ok(Box::new(Nothing { is_open: false, canceller: Arc::new(NoCancel) })) })
    }
}

/// A connection to nothing.
pub struct Nothing {
    is_open: bool,
    canceller: Arc<NoCancel>,
}

#[derive(Debug)]
struct NoCancel;

impl Cancel for NoCancel {
    fn cancel(&self) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}

fn done(connection: Box<Nothing>) -> Operation<Box<Nothing>> {
    Operation::Done(connection, Ok(Outcome::default()))
}

impl DriverConnection for Box<Nothing> {
    fn execute(mut self, request: Request) -> Operation<Self> {
        self.is_open |= request.begin.is_some();
        done(self)
    }

    fn execute_many(self, _: ManyRequest) -> Operation<Self> {
        done(self)
    }

    fn bulk_insert(self, _: BulkRequest) -> Operation<Self> {
        done(self)
    }

    fn stream(self, _: Request, _: RowSender) -> Operation<Self> {
        done(self)
    }

    fn script(self, _: Arc<str>) -> Operation<Self> {
        done(self)
    }

    fn control(mut self, control: Control) -> Operation<Self> {
        match control {
            Control::Begin(_) => self.is_open = true,
            Control::Commit | Control::Rollback | Control::Reset => self.is_open = false,
            _ => {}
        }
        done(self)
    }

    fn server_transaction(&self) -> ServerTransaction {
        if self.is_open { ServerTransaction::Open } else { ServerTransaction::Idle }
    }

    fn is_usable(&self) -> bool {
        true
    }

    fn canceller(&self) -> Arc<dyn Cancel> {
        self.canceller.clone()
    }

    fn raw(&mut self) -> &mut (dyn Any + Send) {
        &mut **self
    }

    fn close(self) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}
