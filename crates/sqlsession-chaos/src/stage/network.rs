use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;
use sqlsession_test_servers::{Fault as Break, Proxy, Sender};

use crate::faults::{Fault, FaultSort};

/// How long a lost COMMIT is waited for.
const COMMIT_PAUSE: Duration = Duration::from_millis(60);

/// The proxies in front of the servers of one database.
#[derive(Debug)]
pub(super) struct Network {
    proxies: Vec<Proxy>,
    /// How a client says COMMIT.
    commit: &'static [u8],
    stranded_until: Option<Instant>,
}

impl Network {
    /// One proxy in front of each of these ports.
    pub(super) fn start(ports: &[u16], commit: &'static [u8]) -> Result<Self> {
        let proxies: Result<Vec<Proxy>> = ports.iter().map(|port| Proxy::start(*port)).collect();
        Ok(Self { proxies: proxies?, commit, stranded_until: None })
    }

    /// The port of that proxy, or none.
    pub(super) fn ports(&self) -> Vec<u16> {
        self.proxies.iter().map(Proxy::port).collect()
    }

    /// Sends new connections through that proxy to another port.
    pub(super) fn redirect(&self, proxy: usize, port: u16) {
        if let Some(proxy) = self.proxies.get(proxy) {
            proxy.redirect(port);
        }
    }

    /// Does it and takes it back, if it is a fault of the network. Whether it is.
    pub(super) fn inject(&mut self, fault: &Fault) -> bool {
        let how = if fault.other { Break::Reset } else { Break::Close };
        let sender = if fault.other { Sender::Server } else { Sender::Client };
        let amount = usize::try_from(fault.amount).unwrap_or(usize::MAX);
        match fault.sort {
            FaultSort::Delay => self.each(|proxy| proxy.delay(Duration::from_millis(fault.amount))),
            FaultSort::Drip => self.each(|proxy| proxy.drip(amount, Duration::from_millis(5))),
            FaultSort::Cut => self.each(|proxy| proxy.fail(how)),
            FaultSort::CutAfter => self.each(|proxy| proxy.cut_after(sender, amount, Break::Reset)),
            FaultSort::BlackHole => self.each(|proxy| proxy.fail(Break::BlackHole)),
            FaultSort::Refuse => {
                self.each(Proxy::refuse);
                self.each(|proxy| proxy.fail(how));
            }
            FaultSort::HalfOpen => {
                self.end_stranded();
                self.each(Proxy::strand);
                self.stranded_until = Some(Instant::now() + fault.lasting);
                return true;
            }
            FaultSort::LoseCommit | FaultSort::LoseCommitAnswer => {
                for _ in 0..fault.amount {
                    self.each(|proxy| match fault.sort {
                        FaultSort::LoseCommit => proxy.fail_on_request(self.commit, how),
                        _ => proxy.fail_on_answer_to(self.commit, how),
                    });
                    sleep(COMMIT_PAUSE);
                }
                self.each(Proxy::heal);
                return true;
            }
            _ => return false,
        }
        sleep(fault.lasting);
        self.each(Proxy::heal);
        true
    }

    /// Ends the connections that were left half open, once their time has come.
    pub(super) fn tick(&mut self) {
        if self.stranded_until.is_some_and(|until| until <= Instant::now()) {
            self.end_stranded();
        }
    }

    /// Takes everything back.
    pub(super) fn heal(&mut self) {
        self.end_stranded();
        self.each(Proxy::heal);
    }

    fn end_stranded(&mut self) {
        if self.stranded_until.take().is_some() {
            self.each(Proxy::end_stranded);
        }
    }

    fn each(&self, order: impl Fn(&Proxy)) {
        self.proxies.iter().for_each(order);
    }
}
