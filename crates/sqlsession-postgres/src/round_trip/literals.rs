/// A type, and literals of it: the smallest, the largest, the special ones.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) literals: &'static [&'static str],
    kind: &'static str,
    /// Literals whose values are text, because nothing else holds them.
    beyond: &'static [&'static str],
    /// Whether what is read is what the server prints.
    pub(super) has_exact_text: bool,
    /// Whether the value itself says enough for the server to infer the rest. Vectors look like arrays and are none.
    pub(super) is_inferable: bool,
    /// Whether the type is one of the test's database, of which a row does not say what it is.
    pub(super) is_of_users: bool,
}

impl Case {
    fn new(name: &'static str, kind: &'static str, literals: &'static [&'static str]) -> Self {
        Self {
            name,
            literals,
            kind,
            beyond: &[],
            has_exact_text: true,
            is_inferable: true,
            is_of_users: false,
        }
    }

    fn beyond(mut self, literals: &'static [&'static str]) -> Self {
        self.beyond = literals;
        self
    }

    fn without_exact_text(mut self) -> Self {
        self.has_exact_text = false;
        self
    }

    fn not_inferable(mut self) -> Self {
        self.is_inferable = false;
        self
    }

    pub(super) fn kind_of(&self, literal: &str) -> &'static str {
        if self.beyond.contains(&literal) { "text" } else { self.kind }
    }

    /// Whether a binary COPY takes the value, which is all but dates that only the server reads.
    pub(super) fn copies(&self, literal: &str) -> bool {
        !DISTANT_DATES.contains(&literal)
    }
}

const DISTANT_DATES: [&str; 2] = ["1000000-01-01", "5874897-12-31"];

pub(super) fn cases() -> Vec<Case> {
    let mut cases = numbers();
    cases.extend(texts());
    cases.extend(times());
    cases.extend(others());
    cases.extend(of_users().into_iter().map(|case| Case { is_of_users: true, ..case }));
    cases
}

fn numbers() -> Vec<Case> {
    vec![
        Case::new("bool", "bool", &["t", "f"]),
        Case::new("int2", "integer", &["0", "-32768", "32767"]),
        Case::new("int4", "integer", &["0", "-2147483648", "2147483647"]),
        Case::new("int8", "integer", &["0", "-9223372036854775808", "9223372036854775807"]),
        Case::new("oid", "integer", &["0", "4294967295"]),
        Case::new("regclass", "integer", &["0", "pg_class"]).without_exact_text(),
        Case::new("regtype", "integer", &["int4", "text[]"]).without_exact_text(),
        Case::new("regrole", "integer", &["0"]).without_exact_text(),
        Case::new(
            "float4",
            "float",
            &[
                "0",
                "-0",
                "1",
                "0.1",
                "-3.4028235e38",
                "3.4028235e38",
                "1e-45",
                "1e6",
                "123456",
                "NaN",
                "Infinity",
                "-Infinity",
            ],
        ),
        Case::new(
            "float8",
            "float",
            &[
                "0",
                "-0",
                "0.1",
                "1e15",
                "999999999999999",
                "0.0001",
                "0.00001",
                "-1.7976931348623157e308",
                "1.7976931348623157e308",
                "5e-324",
                "3.141592653589793",
                "NaN",
                "Infinity",
                "-Infinity",
            ],
        ),
        Case::new(
            "numeric",
            "decimal",
            &[
                "0",
                "0.000",
                "-12.340",
                "1",
                "10000",
                "100000000",
                "0.0001",
                "0.00001",
                "1e30",
                "-1e-30",
                "99999999999999999999999999999999999999999999.99999999999999999999999999999",
                "123456789012345678901234567890",
                "NaN",
                "Infinity",
                "-Infinity",
            ],
        ),
        Case::new(
            "money",
            "text",
            &["0", "-0.01", "12.34", "1234567.89", "-92233720368547758.08", "92233720368547758.07"],
        ),
        Case::new("xid", "text", &["0", "4294967295"]),
        Case::new("cid", "text", &["0", "4294967295"]),
        Case::new("xid8", "text", &["0", "18446744073709551615"]),
        Case::new("tid", "text", &["(0,0)", "(4294967295,65535)"]),
        Case::new("pg_lsn", "text", &["0/0", "16/B374D848", "FFFFFFFF/FFFFFFFF"]),
        Case::new("pg_snapshot", "text", &["10:20:10,14,15", "10:10:"]),
        Case::new("txid_snapshot", "text", &["10:20:10,14,15"]),
        Case::new("int2vector", "array", &["1 2 -3", "7"]).without_exact_text().not_inferable(),
        Case::new("oidvector", "array", &["1 4294967295"]).without_exact_text().not_inferable(),
    ]
}

fn texts() -> Vec<Case> {
    vec![
        Case::new("text", "text", &["", "plain", "NULL", "é 漢 🦀", "a\"b\\c{d},(e)[f]'", " \t\n\r"]),
        Case::new("varchar(10)", "text", &["", "abc"]),
        Case::new("bpchar", "text", &["", "abc  "]),
        Case::new("char(5)", "text", &["abc"]),
        Case::new("name", "text", &["", "a name"]),
        Case::new("\"char\"", "text", &["", "x", "\\", "\""]),
        Case::new("xml", "text", &["<a b=\"c\">d</a>", "text"]),
        Case::new("refcursor", "text", &["a cursor"]),
        Case::new("json", "json", &["null", " {\"a\": [1, 2.50, \"\\u00e9\"]} "]),
        Case::new("jsonb", "json", &["null", "{\"b\": 1, \"a\": [true, \"x\\\\y\"]}"]),
        Case::new("jsonpath", "text", &["$.\"a\"[*]?(@ > 1)"]),
        Case::new("bytea", "bytes", &["", "\\x00ff5c27", "abc"]),
        Case::new(
            "uuid",
            "uuid",
            &[
                "00000000-0000-0000-0000-000000000000",
                "ffffffff-ffff-ffff-ffff-ffffffffffff",
                "{A0EEBC99-9C0B4EF8-BB6D6BB9-BD380A11}",
            ],
        ),
        Case::new("tsvector", "text", &["", "fat:2,4C cat:3A 'rat''s':1B,5D 'b\\\\s'", "word"]),
        Case::new(
            "tsquery",
            "text",
            &[
                "",
                "fat",
                "fat & (rat | cat:*A)",
                "!(a | b) & !c",
                "a <-> b <2> c",
                "a <-> (b <-> c)",
                "(a | b) <-> (c & d)",
                "a:ABCD | 'it''s':*",
                "!!a",
                "a & (b & c)",
                "!(a & b) <-> !c",
            ],
        ),
    ]
}

fn times() -> Vec<Case> {
    vec![
        Case::new(
            "date",
            "date",
            &[
                "2024-02-29",
                "4714-11-24 BC",
                "0001-12-31 BC",
                "0001-01-01",
                "999999-12-31",
                "1000000-01-01",
                "5874897-12-31",
                "infinity",
                "-infinity",
            ],
        )
        .beyond(&["1000000-01-01", "5874897-12-31", "infinity", "-infinity"]),
        Case::new("time", "time", &["00:00:00", "23:59:59.999999", "12:34:56.7", "24:00:00"])
            .beyond(&["24:00:00"]),
        Case::new(
            "timetz",
            "text",
            &["00:00:00+00", "24:00:00-15:59:59", "12:34:56.789+05:30", "00:00:00+15:59"],
        ),
        Case::new(
            "timestamp",
            "date-time",
            &[
                "2024-02-29 12:34:56.789",
                "4714-11-24 00:00:00 BC",
                "294276-12-31 23:59:59.999999",
                "1999-12-31 23:59:59.999999",
                "infinity",
                "-infinity",
            ],
        )
        .beyond(&["infinity", "-infinity"]),
        Case::new(
            "timestamptz",
            "date-time with offset",
            &[
                "2024-02-29 12:34:56.789+02",
                "4714-11-24 00:00:00+00 BC",
                "294276-12-31 23:59:59.999999+00",
                "infinity",
                "-infinity",
            ],
        )
        .beyond(&["infinity", "-infinity"]),
        Case::new(
            "interval",
            "text",
            &[
                "0",
                "1 year 2 months 3 days 04:05:06.789",
                "-1 year -2 months +3 days -04:05:06",
                "-1 month 1 day",
                "-3 days",
                "100 hours",
                "-00:00:00.000001",
                "178000000 years",
                "-178000000 years",
                "13 mons -1 days +2 hours",
            ],
        ),
    ]
}

fn others() -> Vec<Case> {
    vec![
        Case::new(
            "inet",
            "text",
            &[
                "0.0.0.0",
                "255.255.255.255",
                "192.168.0.1/24",
                "::",
                "::1",
                "1::",
                "::ffff:1.2.3.4",
                "::1.2.3.4",
                "::2",
                "1:0:0:2:0:0:0:3",
                "1:0:2:3:4:5:6:7",
                "2001:db8::1/64",
                "0:0:0:0:0:0:1:2",
                "::1:2:3",
            ],
        ),
        Case::new(
            "cidr",
            "text",
            &["0.0.0.0/0", "10.0.0.0/8", "1.2.3.4", "2001:db8::/32", "::/0", "::ffff:1.2.3.0/120"],
        ),
        Case::new("macaddr", "text", &["08:00:2b:01:02:03", "ff:ff:ff:ff:ff:ff"]),
        Case::new("macaddr8", "text", &["08:00:2b:01:02:03:04:05", "08:00:2b:01:02:03"]),
        Case::new("bit(3)", "text", &["101", "000"]),
        Case::new("varbit", "text", &["", "1", "101010101", "1111111100000000"]),
        Case::new("point", "text", &["(1,2)", "(-0.1,1e300)", "(Infinity,NaN)"]),
        Case::new("lseg", "text", &["[(1,2),(3,4)]"]),
        Case::new("box", "text", &["(3,4),(1,2)"]),
        Case::new("line", "text", &["{1,2,3}"]),
        Case::new("path", "text", &["((1,2),(3,4))", "[(1,2),(3,4),(5,6.5)]"]),
        Case::new("polygon", "text", &["((1,2),(3,4),(5,6))"]),
        Case::new("circle", "text", &["<(1,2),3>"]),
        Case::new("int4range", "text", &["empty", "[1,5)", "(,)", "[1,)", "(,5)"]),
        Case::new("int8range", "text", &["[-9223372036854775808,9223372036854775807)"]),
        Case::new("numrange", "text", &["[1.50,2]", "(1,2)", "(-1,NaN)"]),
        Case::new(
            "daterange",
            "text",
            &["[2024-01-01,2024-02-01)", "[4714-11-24 BC,infinity)", "[2024-01-01,5874897-01-01)"],
        ),
        Case::new("tsrange", "text", &["[\"2024-01-01 00:00:00\",\"2024-01-01 12:00:00.5\"]"]),
        Case::new("tstzrange", "text", &["[\"2024-01-01 00:00:00+00\",infinity]"]),
        Case::new("int4multirange", "text", &["{}", "{[1,5),[7,9)}", "{(,)}"]),
        Case::new("nummultirange", "text", &["{[1.5,2],(3,)}"]),
        Case::new("datemultirange", "text", &["{[2024-01-01,2024-02-01)}"]),
        Case::new("tsmultirange", "text", &["{[\"2024-01-01 00:00:00\",\"2024-01-02 00:00:00\")}"]),
    ]
}

/// Those of the test's database.
fn of_users() -> Vec<Case> {
    vec![
        Case::new("mood", "text", &["sad", "very happy"]),
        Case::new("small", "integer", &["-5", "99"]),
        Case::new("amount", "decimal", &["-1.500", "12345678901234567.125"]),
        Case::new(
            "part",
            "text",
            &[
                "(1,\"a \"\"b\"\" \\\\ c\",\"{1.5,NULL}\",\"2024-01-01 00:00:00+00\",\"very happy\")",
                "(,,,,)",
                "(,\"\",{},infinity,sad)",
            ],
        ),
        Case::new("textrange", "text", &["[a,b)", "[\"\",\"(\\\\\"\")\"]", "(,\"a b\"]", "empty"]),
        Case::new("hstore", "text", &["", "a=>1, b=>NULL, \"c d\"=>\"e\\\"f\\\\\""]),
        Case::new("citext", "text", &["", "Mixed Case"]),
        Case::new("ltree", "text", &["Top.Science", ""]),
    ]
}
