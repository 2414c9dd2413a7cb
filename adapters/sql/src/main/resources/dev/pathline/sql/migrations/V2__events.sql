-- What happened to jobs, but for their steps, which are many and for those who watch.
create table job_event (
    job_id   text not null,
    position bigint not null,
    attempt  integer not null,
    type     text not null,
    data     text not null,
    primary key (job_id, position)
);
