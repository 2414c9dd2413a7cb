-- What was known of an experiment's goal at different times, so that intervals can be drawn over time.
create table experiment_look (
    -- name@version
    experiment text not null,
    arm        text not null,
    -- Grows where the units grow by a fiftieth: a curve has some hundred points, and replicas that look at once note one.
    mark       integer not null,
    at         bigint not null,
    units      bigint not null,
    value      double precision not null,
    low        double precision not null,
    high       double precision not null,
    primary key (experiment, arm, mark)
);

-- What was measured of an arm as a whole.
create table experiment_measure (
    experiment text not null,
    arm        text not null,
    metric     text not null,
    at         bigint not null,
    samples    bigint not null,
    value      double precision not null,
    low        double precision not null,
    high       double precision not null,
    primary key (experiment, arm, metric)
);

-- Jobs of an experiment, newest first.
create index job_experiment on job (experiment, id) where experiment is not null;
