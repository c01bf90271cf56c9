use std::{
    any::Any,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use sqlsession_core::{
    AsyncEngine, EngineOptions, Error, ErrorKind, Result, blocking,
    driver::{
        BoxFuture, BulkRequest, Cancel, Control, Dialect, Driver, DriverConnection, Finished, IsolationLevel,
        ManyRequest, Operation, Outcome, PlaceholderStyle, Request, RowSender, ServerTransaction,
    },
    engine::DriverEngine,
    runtime::Executor,
};
use tokio::sync::{mpsc, oneshot};

use crate::server::{Answer, End, Server};

/// A driver whose operations end as its server is told.
#[derive(Debug, Clone)]
pub(crate) struct Scripted {
    pub(crate) server: Server,
    /// Whether COMMIT rides with the last statement.
    pub(crate) joins: bool,
    /// Whether a reset is done when it is on its way.
    pub(crate) queues_resets: bool,
    /// Whether a connection is a task of the runtime it was made on.
    pub(crate) tasks: bool,
    pub(crate) dialect: Dialect,
}

impl Scripted {
    pub(crate) fn new(server: &Server) -> Self {
        let levels = &[IsolationLevel::Serializable, IsolationLevel::Autocommit];
        Self {
            server: server.clone(),
            joins: false,
            queues_resets: false,
            tasks: false,
            dialect: Dialect::new("scripted", "script", PlaceholderStyle::Dollar, levels),
        }
    }

    pub(crate) fn joining(server: &Server) -> Self {
        Self { joins: true, ..Self::new(server) }
    }

    pub(crate) fn engine(self, options: EngineOptions) -> AsyncEngine {
        let url = "scripted://server".parse().unwrap();
        AsyncEngine::new(DriverEngine::over(url, self, Executor::Caller, options).unwrap())
    }

    pub(crate) fn blocking_engine(self, options: EngineOptions) -> blocking::Engine {
        let url = "scripted://server".parse().unwrap();
        let executor = Executor::runtime().unwrap();
        let engine = DriverEngine::over(url, self, executor, options.blocking()).unwrap();
        blocking::Engine::new(Arc::new(engine)).unwrap()
    }
}

impl Driver for Scripted {
    type Connection = Scripting;

    fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    fn connect(&self) -> BoxFuture<'_, Result<Scripting>> {
        Box::pin(async {
            let answer = self.server.accept();
            for _ in 0..answer.polls {
                tokio::task::yield_now().await;
            }
            if let End::Fails(kind) = answer.end {
                return Err(Error::new(kind, "as it was told"));
            }
            let open = Open::new(&self.server);
            let (task, here) = if self.tasks { (Some(spawn(open)), None) } else { (None, Some(open)) };
            let transaction = ServerTransaction::Idle;
            let cancelled = Arc::new(Cancelled(AtomicBool::new(false)));
            Ok(Scripting { driver: self.clone(), transaction, cancelled, task, _here: here })
        })
    }
}

/// A connection that the server counts as open.
struct Open(Server);

impl Open {
    fn new(server: &Server) -> Self {
        server.connected();
        Self(server.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.closed();
    }
}

/// What is asked of a connection's task: an answer, or its end.
type Line = mpsc::UnboundedSender<Option<oneshot::Sender<()>>>;

/// A connection's task: it answers while its runtime turns, and ends when it is asked no more.
fn spawn(open: Open) -> Line {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    drop(tokio::spawn(async move {
        while let Some(Some(reply)) = receiver.recv().await {
            let reply: oneshot::Sender<()> = reply;
            tokio::task::yield_now().await;
            let _ = reply.send(());
        }
        drop(open);
    }));
    sender
}

pub(crate) struct Scripting {
    driver: Scripted,
    transaction: ServerTransaction,
    cancelled: Arc<Cancelled>,
    task: Option<Line>,
    _here: Option<Open>,
}

#[derive(Debug)]
struct Cancelled(AtomicBool);

impl Cancel for Cancelled {
    fn cancel(&self) -> BoxFuture<'static, ()> {
        self.0.store(true, Ordering::SeqCst);
        Box::pin(async {})
    }
}

/// What becomes of the transaction: when it goes well, and when it fails.
type Effect = (ServerTransaction, ServerTransaction);

impl Scripting {
    fn operate(self, sent: String, words: &str, effect: Effect, outcome: Outcome) -> Operation<Self> {
        let answer = self.driver.server.receive(sent, words);
        self.cancelled.0.store(false, Ordering::SeqCst);
        if answer.polls > 0 || self.task.is_some() || matches!(answer.end, End::Never) {
            return Operation::Running(Box::pin(self.run(answer, effect, outcome)));
        }
        match self.end(answer.end, effect, outcome) {
            Finished { connection: Some(connection), result } => Operation::Done(connection, result),
            lost => Operation::Running(Box::pin(std::future::ready(lost))),
        }
    }

    async fn run(self, answer: Answer, effect: Effect, outcome: Outcome) -> Finished<Self> {
        for _ in 0..answer.polls {
            tokio::task::yield_now().await;
        }
        if matches!(answer.end, End::Never) {
            std::future::pending::<()>().await;
        }
        if let Some(task) = &self.task {
            let (sender, receiver) = oneshot::channel();
            if task.send(Some(sender)).is_err() || receiver.await.is_err() {
                let error = Error::new(ErrorKind::ConnectionLost, "the connection's task has ended");
                return Finished { connection: None, result: Err(error) };
            }
        }
        let cancelled = self.cancelled.0.load(Ordering::SeqCst) && !answer.stubborn;
        let end = if cancelled { End::Fails(ErrorKind::Cancelled) } else { answer.end };
        self.end(end, effect, outcome)
    }

    fn end(mut self, end: End, (well, failed): Effect, mut outcome: Outcome) -> Finished<Self> {
        let error = |kind| Error::new(kind, "as it was told");
        self.transaction = if matches!(end, End::Fails(_)) { failed } else { well };
        match end {
            End::Ok => Finished { connection: Some(self), result: Ok(outcome) },
            End::Reads => {
                outcome.read_only = true;
                Finished { connection: Some(self), result: Ok(outcome) }
            }
            End::Fails(kind) => Finished { connection: Some(self), result: Err(error(kind)) },
            End::Lost(kind) => Finished { connection: None, result: Err(error(kind)) },
            End::Gone => Finished { connection: None, result: Ok(outcome) },
            End::Panics | End::Never => panic!("as it was told"),
        }
    }

    /// What a statement that brings BEGIN or COMMIT along is sent as, and what comes of the transaction.
    fn unit(&self, begin: bool, words: &str, commit: bool) -> (String, Effect) {
        let joined = commit && self.driver.joins;
        let sent =
            format!("{}{words}{}", if begin { "BEGIN; " } else { "" }, if joined { "; COMMIT" } else { "" });
        let open = begin || self.transaction == ServerTransaction::Open;
        let effect = match (joined, open) {
            (true, _) | (_, false) => (ServerTransaction::Idle, ServerTransaction::Idle),
            (false, true) => (ServerTransaction::Open, ServerTransaction::Open),
        };
        (sent, effect)
    }
}

impl DriverConnection for Scripting {
    fn execute(self, request: Request) -> Operation<Self> {
        let words = request.text.sql().to_string();
        let (sent, effect) = self.unit(request.begin.is_some(), &words, request.commit);
        self.operate(sent, &words, effect, Outcome::default())
    }

    fn execute_many(self, request: ManyRequest) -> Operation<Self> {
        let words = format!("{} x{}", request.text.sql(), request.sets.len());
        let (sent, effect) = self.unit(request.begin.is_some(), &words, request.commit);
        self.operate(sent, &words, effect, Outcome::default())
    }

    fn bulk_insert(self, mut request: BulkRequest) -> Operation<Self> {
        let words = format!("bulk {}({})", request.table, request.columns.join(","));
        let (sent, effect) = self.unit(request.begin.is_some(), &words, false);
        let mut outcome = Outcome::default();
        loop {
            match request.rows.advance() {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    let connection = Self { transaction: effect.1, ..self };
                    return Operation::Done(connection, Err(error));
                }
            }
        }
        outcome.rows_affected = Some(request.rows.number());
        self.operate(sent, &words, effect, outcome)
    }

    fn stream(self, _: Request, _: RowSender) -> Operation<Self> {
        Operation::Done(self, Err(Error::new(ErrorKind::Unsupported, "nothing is streamed here")))
    }

    fn script(self, sql: Arc<str>) -> Operation<Self> {
        let transaction = self.transaction;
        self.operate(sql.to_string(), &sql, (transaction, transaction), Outcome::default())
    }

    fn control(mut self, control: Control) -> Operation<Self> {
        use ServerTransaction::{Idle, Open};
        let now = self.transaction;
        if control == Control::Rollback && now == Idle {
            return Operation::Done(self, Ok(Outcome::default()));
        }
        if control == Control::Reset && (now == Idle || self.driver.queues_resets) {
            if now != Idle {
                let _ = self.driver.server.receive("ROLLBACK".to_owned(), "ROLLBACK");
            }
            self.transaction = Idle;
            return Operation::Done(self, Ok(Outcome::default()));
        }
        let (words, effect) = match control {
            Control::Begin(_) => ("BEGIN".to_owned(), (Open, Idle)),
            Control::Commit => ("COMMIT".to_owned(), (Idle, now)),
            Control::Rollback | Control::Reset => ("ROLLBACK".to_owned(), (Idle, now)),
            other => (format!("{other:?}"), (now, now)),
        };
        self.operate(words.clone(), &words, effect, Outcome::default())
    }

    fn server_transaction(&self) -> ServerTransaction {
        self.transaction
    }

    fn is_usable(&self) -> bool {
        self.task.as_ref().is_none_or(|task| !task.is_closed())
    }

    fn canceller(&self) -> Arc<dyn Cancel> {
        self.cancelled.clone()
    }

    fn raw(&mut self) -> &mut (dyn Any + Send) {
        &mut self.driver
    }

    fn close(self) -> BoxFuture<'static, ()> {
        let Self { driver, task, .. } = self;
        let _ = driver.server.receive("CLOSE".to_owned(), "CLOSE");
        Box::pin(async move {
            if let Some(task) = task
                && task.send(None).is_ok()
            {
                task.closed().await;
            }
        })
    }
}
