//! The proxy and the silent server, in front of an echo and of PostgreSQL.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use sqlsession_test_servers::{Fault, Passed, PostgresServer, Proxy, Sender, SilentServer, port, psql};

/// Long enough to see that nothing comes.
const SILENCE: Duration = Duration::from_millis(200);

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

/// What a client of the echo had said, and how its connection ended.
type End = (Vec<u8>, Option<ErrorKind>);

/// Answers each client with what it said until it ends; tells how each connection ended and what it had read.
fn echo() -> (u16, mpsc::Receiver<End>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, ends) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, sender) = (stream.unwrap(), sender.clone());
            thread::spawn(move || {
                let (mut all, mut bytes) = (Vec::new(), [0; 1024]);
                let end = loop {
                    match stream.read(&mut bytes) {
                        Ok(0) => break None,
                        Ok(count) => {
                            all.extend_from_slice(&bytes[..count]);
                            if stream.write_all(&bytes[..count]).is_err() {
                                break Some(ErrorKind::ConnectionReset);
                            }
                        }
                        Err(error) => break Some(error.kind()),
                    }
                };
                // The test may be over.
                let _ = sender.send((all, end));
            });
        }
    });
    (port, ends)
}

fn ask(stream: &mut TcpStream, text: &str) -> std::io::Result<String> {
    stream.write_all(text.as_bytes())?;
    let mut answer = vec![0; text.len()];
    stream.read_exact(&mut answer)?;
    Ok(String::from_utf8(answer).unwrap())
}

fn is_silent(stream: &mut TcpStream) -> bool {
    stream.set_read_timeout(Some(SILENCE)).unwrap();
    let result = stream.read(&mut [0]);
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    matches!(result, Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
}

#[test]
fn bytes_pass_and_are_counted() {
    let (port, ends) = echo();
    let proxy = Proxy::start(port).unwrap();
    let mut client = connect(proxy.port());
    for (number, text) in ["one", "two", "three"].into_iter().enumerate() {
        assert_eq!(ask(&mut client, text).unwrap(), text);
        assert_eq!(proxy.round_trips(), number as u64 + 1);
    }
    let mut other = connect(proxy.port());
    assert_eq!(ask(&mut other, "four").unwrap(), "four");
    assert_eq!((proxy.round_trips(), proxy.connections(), proxy.open_connections()), (4, 2, 2));
    drop(client);
    assert_eq!(ends.recv().unwrap(), (b"onetwothree".to_vec(), None));
    drop(other);
    assert_eq!(ends.recv().unwrap(), (b"four".to_vec(), None));
    let deadline = Instant::now() + Duration::from_secs(30);
    while proxy.open_connections() > 0 {
        assert!(Instant::now() < deadline);
        thread::yield_now();
    }
    assert_eq!(proxy.connections(), 2);
}

#[test]
fn what_passes_is_kept_from_the_first_time_it_is_asked_for() {
    let (port, _ends) = echo();
    let proxy = Proxy::start(port).unwrap();
    let (mut first, mut second) = (connect(proxy.port()), connect(proxy.port()));
    ask(&mut first, "before").unwrap();
    assert_eq!(proxy.take_record(), []);
    ask(&mut second, "two").unwrap();
    ask(&mut first, "one").unwrap();
    let passed = |connection, sender, text: &str| Passed { connection, sender, bytes: text.into() };
    let kept = [
        passed(1, Sender::Client, "two"),
        passed(1, Sender::Server, "two"),
        passed(0, Sender::Client, "one"),
        passed(0, Sender::Server, "one"),
    ];
    assert_eq!(proxy.take_record(), kept);
    assert_eq!(proxy.take_record(), []);
}

#[test]
fn much_passes_both_ways() {
    let (port, _ends) = echo();
    let proxy = Proxy::start(port).unwrap();
    let mut client = connect(proxy.port());
    let sent: Vec<u8> = (0..5_000_000_u32).map(|number| (number % 251) as u8).collect();
    let mut reader = client.try_clone().unwrap();
    let length = sent.len();
    let received = thread::spawn(move || {
        let mut received = vec![0; length];
        reader.read_exact(&mut received).unwrap();
        received
    });
    client.write_all(&sent).unwrap();
    assert!(received.join().unwrap() == sent);
}

#[test]
fn what_is_sent_before_the_answer_is_one_round_trip() {
    let (port, _ends) = echo();
    let proxy = Proxy::start(port).unwrap();
    let delay = Duration::from_secs(1);
    proxy.delay(delay);
    let mut client = connect(proxy.port());
    let begin = Instant::now();
    for part in ["a", "b", "c"] {
        client.write_all(part.as_bytes()).unwrap();
        thread::sleep(Duration::from_millis(5));
    }
    client.read_exact(&mut [0; 3]).unwrap();
    assert!(begin.elapsed() >= delay);
    assert_eq!(proxy.round_trips(), 1);
    assert_eq!(ask(&mut client, "d").unwrap(), "d");
    assert_eq!(proxy.round_trips(), 2);
    proxy.heal();
    assert_eq!(ask(&mut client, "e").unwrap(), "e");
}

#[test]
fn a_reset_and_a_close_are_told_apart_on_both_sides() {
    let (port, ends) = echo();
    let proxy = Proxy::start(port).unwrap();
    for (fault, expected) in [(Fault::Reset, Some(ErrorKind::ConnectionReset)), (Fault::Close, None)] {
        let mut client = connect(proxy.port());
        ask(&mut client, "x").unwrap();
        proxy.fail(fault);
        assert_eq!(proxy.open_connections(), 0);
        let seen = client.read(&mut [0]);
        assert_eq!(seen.as_ref().err().map(std::io::Error::kind), expected);
        assert_eq!(seen.unwrap_or(0), 0);
        assert_eq!(ends.recv().unwrap(), (b"x".to_vec(), expected));
    }
    assert_eq!(ask(&mut connect(proxy.port()), "y").unwrap(), "y", "new connections work");
}

#[test]
fn a_black_hole_swallows_everything_until_it_is_healed() {
    let (port, ends) = echo();
    let proxy = Proxy::start(port).unwrap();
    let (mut client, mut closed) = (connect(proxy.port()), connect(proxy.port()));
    ask(&mut client, "before").unwrap();
    ask(&mut closed, "closed").unwrap();
    proxy.fail(Fault::BlackHole);
    client.write_all(b"swallowed").unwrap();
    drop(closed);
    let mut late = connect(proxy.port());
    late.write_all(b"late").unwrap();
    assert!(is_silent(&mut client) && is_silent(&mut late));
    assert!(ends.try_recv().is_err(), "not even the end of a connection passes");
    assert_eq!(proxy.round_trips(), 2);

    proxy.heal();
    client.read_exact(&mut [0; 9]).unwrap();
    late.read_exact(&mut [0; 4]).unwrap();
    assert_eq!(ends.recv().unwrap(), (b"closed".to_vec(), None));
    assert_eq!((proxy.connections(), proxy.round_trips()), (3, 4));
}

#[test]
fn a_fault_waits_for_its_bytes() {
    let (port, ends) = echo();
    let proxy = Proxy::start(port).unwrap();
    let reset = Some(ErrorKind::ConnectionReset);

    proxy.fail_on_request("stop", Fault::Reset);
    let (mut client, mut other) = (connect(proxy.port()), connect(proxy.port()));
    assert_eq!(ask(&mut client, "st").unwrap(), "st");
    assert_eq!(ask(&mut other, "op").unwrap(), "op", "on another connection");
    assert_eq!(ask(&mut client, "op").unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(ends.recv().unwrap(), (b"st".to_vec(), reset), "the server has not seen it");
    assert_eq!(ask(&mut other, "stop").unwrap(), "stop", "only once");

    proxy.fail_on_answer("stop", Fault::Close);
    assert_eq!(ask(&mut other, "stop").unwrap_err().kind(), ErrorKind::UnexpectedEof);
    assert_eq!(ends.recv().unwrap(), (b"opstopstop".to_vec(), None), "the server has answered");

    proxy.fail_on_answer("hush", Fault::BlackHole);
    let (mut client, mut other) = (connect(proxy.port()), connect(proxy.port()));
    client.write_all(b"hush").unwrap();
    assert!(is_silent(&mut client));
    assert_eq!(ask(&mut other, "hush").unwrap(), "hush", "one connection alone");
    proxy.fail_on_answer("hush", Fault::Reset);
    proxy.heal();
    assert_eq!(ask(&mut other, "hush").unwrap(), "hush");
    assert!(is_silent(&mut client));
}

#[test]
fn a_fault_waits_for_the_answer_to_its_bytes() {
    let (port, ends) = echo();
    let proxy = Proxy::start(port).unwrap();
    proxy.fail_on_answer_to("stop", Fault::Reset);
    let (mut client, mut other) = (connect(proxy.port()), connect(proxy.port()));
    assert_eq!(ask(&mut client, "go").unwrap(), "go");
    assert_eq!(ask(&mut client, "stop").unwrap_err().kind(), ErrorKind::ConnectionReset);
    let (seen, _) = ends.recv().unwrap();
    assert_eq!(seen, b"gostop", "the server has seen it");
    assert_eq!(ask(&mut other, "stop").unwrap(), "stop", "only once");

    // It is taken back while the answer is awaited.
    let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    proxy.redirect(server.local_addr().unwrap().port());
    proxy.fail_on_answer_to("stop", Fault::Reset);
    let mut client = connect(proxy.port());
    client.write_all(b"stop").unwrap();
    let (mut answering, _) = server.accept().unwrap();
    answering.read_exact(&mut [0; 4]).unwrap();
    proxy.heal();
    answering.write_all(b"late").unwrap();
    client.read_exact(&mut [0; 4]).unwrap();
}

#[test]
fn a_connection_is_cut_in_the_middle_of_what_is_said() {
    let (port, ends) = echo();
    let proxy = Proxy::start(port).unwrap();
    let mut client = connect(proxy.port());
    ask(&mut client, "before").unwrap();
    proxy.cut_after(Sender::Client, 3, Fault::Close);
    let mut late = connect(proxy.port());
    for stream in [&mut client, &mut late] {
        assert_eq!(ask(stream, "x").unwrap(), "x");
        stream.write_all(b"yyzz").unwrap();
        assert!(stream.read_exact(&mut [0; 4]).is_err());
    }
    let mut seen = [ends.recv().unwrap().0, ends.recv().unwrap().0];
    seen.sort();
    assert_eq!(seen, [b"beforexyy".to_vec(), b"xyy".to_vec()], "no byte after the third");

    proxy.cut_after(Sender::Server, 2, Fault::Reset);
    let mut client = connect(proxy.port());
    client.write_all(b"abc").unwrap();
    assert!(client.read_exact(&mut [0; 3]).is_err());
    assert_eq!(ends.recv().unwrap().0, b"abc", "the server has seen all");
    proxy.heal();
    assert_eq!(ask(&mut connect(proxy.port()), "abcdef").unwrap(), "abcdef");
}

#[test]
fn bytes_drip_until_the_proxy_is_healed() {
    let (port, _ends) = echo();
    let proxy = Proxy::start(port).unwrap();
    let mut client = connect(proxy.port());
    proxy.drip(1, Duration::from_millis(20));
    let begin = Instant::now();
    assert_eq!(ask(&mut client, "0123456789").unwrap(), "0123456789");
    assert!(begin.elapsed() >= Duration::from_millis(200));
    proxy.drip(1, Duration::from_secs(3600));
    client.write_all(b"waits").unwrap();
    assert!(is_silent(&mut client));
    proxy.heal();
    client.read_exact(&mut [0; 5]).unwrap();
}

#[test]
fn what_is_stranded_stays_so_until_it_is_ended() {
    let (port, ends) = echo();
    let proxy = Proxy::start(port).unwrap();
    let mut client = connect(proxy.port());
    ask(&mut client, "x").unwrap();
    proxy.strand();
    client.write_all(b"swallowed").unwrap();
    let mut other = connect(proxy.port());
    assert_eq!(ask(&mut other, "y").unwrap(), "y", "new connections work");
    proxy.heal();
    assert!(is_silent(&mut client) && ends.try_recv().is_err());
    proxy.end_stranded();
    assert_eq!(client.read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(ends.recv().unwrap(), (b"x".to_vec(), Some(ErrorKind::ConnectionReset)));
    assert_eq!(ask(&mut other, "z").unwrap(), "z");
}

#[test]
fn a_closed_port_refuses_and_what_is_there_goes_on() {
    let (port, _ends) = echo();
    let proxy = Proxy::start(port).unwrap();
    let mut client = connect(proxy.port());
    for _ in 0..3 {
        proxy.refuse();
        let refused = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port())).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        assert_eq!(ask(&mut client, "x").unwrap(), "x");
        proxy.heal();
        assert_eq!(ask(&mut connect(proxy.port()), "y").unwrap(), "y");
    }
}

#[test]
fn a_dropped_proxy_and_a_missing_target_reset_the_client() {
    let (port, ends) = echo();
    let proxy = Proxy::start(port).unwrap();
    let mut client = connect(proxy.port());
    ask(&mut client, "x").unwrap();
    proxy.fail(Fault::BlackHole);
    let port_of_proxy = proxy.port();
    drop(proxy);
    assert_eq!(client.read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(ends.recv().unwrap().1, Some(ErrorKind::ConnectionReset));
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port_of_proxy)).is_err());

    let proxy = Proxy::start(port::free().unwrap()).unwrap();
    let mut client = connect(proxy.port());
    assert_eq!(client.read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    proxy.redirect(port);
    assert_eq!(ask(&mut connect(proxy.port()), "x").unwrap(), "x");
}

#[test]
fn a_silent_server_takes_connections_and_says_nothing() {
    let server = SilentServer::start().unwrap();
    let mut client = connect(server.port());
    client.write_all(b"hello").unwrap();
    assert!(is_silent(&mut client));
    assert_eq!(server.connections(), 1);
    drop(server);
    assert_eq!(client.read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[test]
fn a_commit_whose_answer_is_lost_went_through() {
    let server = PostgresServer::start().unwrap();
    let proxy = Proxy::start(server.port()).unwrap();
    let url = format!("{}?sslmode=disable&gssencmode=disable", server.url_through(proxy.port()));
    psql(&url, "CREATE TABLE t (id int)").unwrap();
    assert_eq!(proxy.connections(), 1);
    // The user's name, two messages of SCRAM, the statement.
    assert_eq!(proxy.round_trips(), 4);

    proxy.fail_on_answer("INSERT 0 1", Fault::Reset);
    assert!(psql(&url, "INSERT INTO t VALUES (1)").is_err());
    assert_eq!(server.query("SELECT count(*) FROM t").unwrap(), "1");
    proxy.fail_on_request("INSERT", Fault::Close);
    assert!(psql(&url, "INSERT INTO t VALUES (2)").is_err());
    assert_eq!(server.query("SELECT count(*) FROM t").unwrap(), "1");
    assert_eq!(psql(&url, "SELECT id FROM t").unwrap(), "1");
}
