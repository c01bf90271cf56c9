use std::{fmt::Write, pin::pin};

use bytes::{BufMut, Bytes, BytesMut};
use futures_util::SinkExt;
use sqlsession_core::Value;
use tokio_postgres::types::Type;

use super::server::{client, read};
use crate::types::{Bound, write_copy_field};

/// Numbers of every length and scale, the same in every run.
fn decimals() -> Vec<String> {
    let mut state = 7_u64;
    let mut next = move |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let mut numbers = Vec::new();
    for _ in 0..3_000 {
        let mut number = ["", "-", "+"][usize::try_from(next(3)).unwrap()].to_owned();
        // Zeros are what goes wrong, so half of the digits are.
        let mut digits = |number: &mut String, length| {
            for _ in 0..length {
                number.push(if next(2) == 0 {
                    '0'
                } else {
                    char::from_digit(u32::try_from(next(10)).unwrap(), 10).unwrap()
                });
            }
            next(60)
        };
        let exponent = {
            let whole = digits(&mut number, 0) % 26;
            let fraction = digits(&mut number, whole + 1) % 30;
            if fraction > 0 {
                number.push('.');
            }
            digits(&mut number, fraction)
        };
        if exponent < 30 {
            write!(number, "e{}", i64::try_from(exponent).unwrap() - 15).unwrap();
        }
        numbers.push(number);
    }
    numbers
}

#[tokio::test]
async fn numbers_of_every_length_are_read_sent_and_copied_exactly() {
    let (client, _database) = client().await;
    let numbers = decimals();
    let sent = Value::array(numbers.iter().map(|number| Value::Decimal(number.clone())));
    client
        .batch_execute("CREATE TABLE sent (v numeric[]); CREATE TABLE copied (id int4, v numeric)")
        .await
        .unwrap();
    client.execute("INSERT INTO sent VALUES ($1)", &[&Bound(&sent)]).await.unwrap();

    let Value::Array(decoded) = read(&client, "v FROM sent").await else { panic!("no array") };
    let Value::Array(printed) = read(&client, "v::text[] FROM sent").await else { panic!("no array") };
    for ((number, decoded), printed) in numbers.iter().zip(&decoded).zip(&printed) {
        let Value::Text(printed) = printed else { panic!("{printed:?}") };
        assert_eq!(decoded, &Value::Decimal(printed.clone()), "{number}");
    }

    let mut data = BytesMut::from(&b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0"[..]);
    for (id, number) in numbers.iter().enumerate() {
        data.put_i16(2);
        write_copy_field(&Value::I64(i64::try_from(id).unwrap()), &Type::INT4, &mut data).unwrap();
        write_copy_field(&Value::Decimal(number.clone()), &Type::NUMERIC, &mut data).unwrap();
    }
    data.put_i16(-1);
    let mut sink = pin!(client.copy_in::<_, Bytes>("COPY copied FROM STDIN (FORMAT binary)").await.unwrap());
    sink.send(data.freeze()).await.unwrap();
    sink.finish().await.unwrap();
    let Value::Array(copied) = read(&client, "array_agg(v::text ORDER BY id) FROM copied").await else {
        panic!("no array")
    };
    for ((number, copied), printed) in numbers.iter().zip(&copied).zip(&printed) {
        assert_eq!(copied, printed, "{number}");
    }
    // What is stored is what the server would have stored: equal values have equal bytes.
    let same = "(SELECT bool_and(numeric_send(c.v) = numeric_send((s.v)[c.id + 1])) FROM copied c, sent s)";
    assert_eq!(read(&client, same).await, Value::Bool(true));
}

#[tokio::test]
async fn the_longest_numbers_fit_and_longer_ones_do_not() {
    let (client, _database) = client().await;
    let longest = format!("-{}.{}", "9".repeat(131_072), "9".repeat(16_383));
    let value = Value::Decimal(longest.clone());
    client.batch_execute("CREATE TEMP TABLE t (v numeric)").await.unwrap();
    client.execute("INSERT INTO t VALUES ($1)", &[&Bound(&value)]).await.unwrap();
    assert_eq!(read(&client, "v FROM t").await, value);
    let mut data = BytesMut::new();
    write_copy_field(&value, &Type::NUMERIC, &mut data).unwrap();
    let row = client.query_one("SELECT numeric_send(v) FROM t", &[]).await.unwrap();
    assert_eq!(&data[4..], row.get::<_, &[u8]>(0));
    for too_long in ["1e140000", "1e-16384", "0e-2147483648"] {
        let value = Value::Decimal(too_long.to_owned());
        let error = write_copy_field(&value, &Type::NUMERIC, &mut data).unwrap_err();
        assert_eq!(error.kind(), sqlsession_core::ErrorKind::OutOfRange, "{too_long}");
    }
}

#[tokio::test]
async fn floats_are_copied_into_numeric_as_the_server_casts_them() {
    let (client, _database) = client().await;
    let numbers = decimals().into_iter().enumerate().map(|(index, number)| {
        // What is between two numbers of 15 digits, too.
        let number: f64 = number.parse().unwrap_or(0.0);
        if index % 2 == 0 { number } else { (number * 1e6).trunc() + 100_000_000_000_000.5 }
    });
    let numbers: Vec<f64> = numbers.collect();
    client.batch_execute("CREATE TABLE copied (f float8, v numeric)").await.unwrap();
    let mut data = BytesMut::from(&b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0"[..]);
    for number in &numbers {
        data.put_i16(2);
        write_copy_field(&Value::F64(*number), &Type::FLOAT8, &mut data).unwrap();
        write_copy_field(&Value::F64(*number), &Type::NUMERIC, &mut data).unwrap();
    }
    data.put_i16(-1);
    let mut sink = pin!(client.copy_in::<_, Bytes>("COPY copied FROM STDIN (FORMAT binary)").await.unwrap());
    sink.send(data.freeze()).await.unwrap();
    sink.finish().await.unwrap();
    let others = "array_agg((f, v)::text) FROM copied WHERE v::text <> f::numeric::text";
    assert_eq!(read(&client, others).await, Value::Null);
    assert_eq!(read(&client, "count(*) FROM copied").await, Value::I64(3_000));
}
