use std::io::{ErrorKind, Read, Result, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use sqlsession_test_servers::{Fault, Mysql, MysqlAuthRole, MysqlCommand, MysqlServer, Proxy, mysql_client};

use super::products;

/// As much of a client as these tests need, without TLS, for [`MysqlAuthRole::Empty`].
struct Client {
    stream: TcpStream,
}

/// The protocol since 4.1 with a default database, 64 status bits and methods of authentication.
const CAPABILITIES: u32 = 0x0000_0008 | 0x0000_0200 | 0x0000_2000 | 0x0000_8000 | 0x0008_0000;

impl Client {
    fn connect(port: u16) -> Self {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let mut client = Self { stream };
        let greeting = client.packet().unwrap();
        assert_eq!(greeting[0], 10, "the server speaks first");
        let mut login = CAPABILITIES.to_le_bytes().to_vec();
        login.extend(0x00ff_ffff_u32.to_le_bytes());
        login.push(45);
        login.extend([0; 23]);
        let user = MysqlAuthRole::Empty.name();
        // The method is left to the server, which says which one it wants where it differs.
        login.extend(format!("{user}\0\0sqlsession\0mysql_native_password\0").into_bytes());
        client.send(1, &login);
        let mut number = 3;
        loop {
            match client.packet().unwrap()[0] {
                0 => return client,
                // Another method: an empty password is an empty answer for each.
                0xfe => client.send(number, b""),
                other => assert_eq!(other, 1, "neither success nor more to do"),
            }
            number += 2;
        }
    }

    fn send(&mut self, number: u8, payload: &[u8]) {
        let mut packet = u32::try_from(payload.len()).unwrap().to_le_bytes();
        packet[3] = number;
        self.stream.write_all(&[&packet, payload].concat()).unwrap();
    }

    fn packet(&mut self) -> Result<Vec<u8>> {
        let mut head = [0; 4];
        self.stream.read_exact(&mut head)?;
        head[3] = 0;
        let mut payload = vec![0; u32::from_le_bytes(head) as usize];
        self.stream.read_exact(&mut payload)?;
        Ok(payload)
    }

    /// Sends a command whose answer is one packet, as of a statement without rows.
    fn ask(&mut self, kind: u8, arguments: &[u8]) -> Result<Vec<u8>> {
        self.send(0, &[&[kind], arguments].concat());
        self.packet()
    }
}

fn start() -> impl Iterator<Item = (MysqlServer, Proxy)> {
    products().into_iter().map(|product| {
        let server = Mysql::new(product).auth_roles().statement("CREATE TABLE t (id int)").start().unwrap();
        let proxy = Proxy::start(server.port()).unwrap();
        (server, proxy)
    })
}

#[test]
fn what_has_no_answer_is_part_of_the_next_round_trip() {
    for (_server, proxy) in start() {
        let mut client = Client::connect(proxy.port());
        let login = proxy.round_trips();
        assert!(login >= 1, "the greeting counts for nothing, the login for one or two");
        assert_eq!(proxy.take_record(), []);

        let prepared = client.ask(0x16, b"DO 1").unwrap();
        let id: [u8; 4] = prepared[1..5].try_into().unwrap();
        assert_eq!(client.ask(0x17, &[&id[..], &[0, 1, 0, 0, 0]].concat()).unwrap()[0], 0);
        assert_eq!(proxy.round_trips() - login, 2);
        client.send(0, &[&[0x19], &id[..]].concat());
        assert_eq!(client.ask(0x03, b"DO 2").unwrap()[0], 0);
        assert_eq!(client.ask(0x0e, b"").unwrap()[0], 0);
        assert_eq!(client.ask(0x1f, b"").unwrap()[0], 0);
        assert_eq!(proxy.round_trips() - login, 5);
        client.send(0, &[0x01]);
        assert_eq!(client.packet().unwrap_err().kind(), ErrorKind::UnexpectedEof);
        assert_eq!(proxy.round_trips() - login, 5);

        let id = u32::from_le_bytes(id);
        let commands = MysqlCommand::read(&proxy.take_record(), 0);
        let expected = [
            MysqlCommand::Prepare("DO 1".into()),
            MysqlCommand::Execute(id),
            MysqlCommand::Close(id),
            MysqlCommand::Query("DO 2".into()),
            MysqlCommand::Ping,
            MysqlCommand::ResetConnection,
            MysqlCommand::Quit,
        ];
        assert_eq!(commands, expected);
        assert_eq!(commands.iter().filter(|command| command.has_answer()).count(), 5);
    }
}

#[test]
fn a_commit_whose_answer_is_lost_went_through() {
    for (server, proxy) in start() {
        let url = server.url_through(proxy.port());
        let count = || server.query("SELECT count(*) FROM t").unwrap();
        let insert = "BEGIN; INSERT INTO t VALUES (1); COMMIT";
        proxy.fail_on_answer_to("\x03COMMIT", Fault::Reset);
        assert!(mysql_client(&url, insert).is_err());
        assert_eq!(count(), "1");
        proxy.fail_on_request("\x03COMMIT", Fault::Close);
        assert!(mysql_client(&url, insert).is_err());
        assert_eq!(count(), "1");
        assert_eq!(mysql_client(&url, &format!("{insert}; SELECT 'COMMIT'")).unwrap(), "COMMIT");
        assert_eq!(count(), "2");
    }
}
