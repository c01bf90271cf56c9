use sqlsession_mysql::ErrorKind;

use crate::client::{PASSWORD, ask, refusal, url};

#[tokio::test]
async fn what_the_url_says_is_set() {
    for (query, question, answer) in [
        ("charset=utf8mb4", "select @@character_set_connection", "utf8mb4"),
        ("charset=utf8mb4&collation=utf8mb4_bin", "select @@collation_connection", "utf8mb4_bin"),
        ("collation=utf8mb4_bin", "select @@character_set_results", "utf8mb4"),
        (
            "",
            "select if(@@collation_connection = default_collate_name, 'the default', @@collation_connection) \
             from information_schema.character_sets where character_set_name = 'utf8mb4'",
            "the default",
        ),
        ("time_zone=%2B03:00", "select @@time_zone", "+03:00"),
        ("sql_mode=ANSI", "select if(@@sql_mode like '%ANSI%', 'yes', 'no')", "yes"),
        ("init_command=SET%20@x%20%3D%20%27it%27", "select @x", "it"),
        (
            "init_command=SET%20collation_connection%20%3D%20utf8mb4_bin",
            "select @@collation_connection",
            "utf8mb4_bin",
        ),
        (
            "init_command=SET%20NAMES%20utf8mb4%20COLLATE%20utf8mb4_bin&collation=utf8mb4_unicode_ci",
            "select concat(@@collation_connection, if(@@autocommit, ' on', ' off'))",
            "utf8mb4_bin off",
        ),
        (
            "init_command=SET%20NAMES%20latin1",
            "select concat(@@character_set_client, ' ', @@character_set_results)",
            "utf8mb4 utf8mb4",
        ),
        ("", "select if(@@autocommit, 'on', 'off')", "off"),
    ] {
        let url = url("native", Some(PASSWORD), query);
        assert_eq!(ask(&url, question).await.unwrap(), answer, "{query}");
    }
}

#[tokio::test]
async fn what_the_server_does_not_know_is_a_wrong_option() {
    for query in ["collation=utf8mb4_nowhere", "time_zone=nowhere", "sql_mode=NOTHING"] {
        let error = refusal(&url("native", Some(PASSWORD), query)).await;
        assert_eq!(error.kind(), ErrorKind::Configuration, "{query}: {error:?}");
    }
    let error = refusal(&url("native", Some(PASSWORD), "init_command=nonsense")).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::ConnectionFailed, Some("1064")));
}
