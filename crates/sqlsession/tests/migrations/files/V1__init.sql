create table users (id integer primary key, name varchar(80) not null);
