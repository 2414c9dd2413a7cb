package dev.pathline.worker;

/** Everything that the worker measures; the module's README has the same table. */
public enum WorkerMeter {
    /** Timer by model: one network evaluation with its update, from the scalars to the results. */
    TICK("pathline.worker.tick", "one network evaluation with its update"),
    /** Summary by model: rows of an evaluation that belong to samples. */
    ROWS("pathline.worker.tick.rows", "rows of one network evaluation"),
    /** Counter by model: rows of evaluations that fill up, and nobody reads. */
    PADDING("pathline.worker.tick.padding", "rows that fill up an evaluation"),
    /** Timer: what the compute thread does between two ticks while there is work. */
    BETWEEN("pathline.worker.between", "from one tick to the next while there is work"),
    /** Timer by model and priority: from a job's acceptance to its first evaluation. */
    QUEUE_AGE("pathline.worker.queue.age", "from acceptance to the first evaluation"),
    /** Gauge by model and priority: jobs that are claimed and wait for a place. */
    WAITING("pathline.worker.waiting", "claimed jobs that wait for a place"),
    /** Timer: from a job's acceptance to its first preview. */
    FIRST_PREVIEW("pathline.worker.preview.first", "from acceptance to the first preview"),
    /** Counter: previews left out for a slow reader. */
    PREVIEWS_DROPPED("pathline.worker.previews.dropped", "previews left out for a slow reader"),
    /** Timer: from a cancellation to the moment its samples have left. */
    CANCEL("pathline.worker.cancel", "from a cancellation to free places"),
    /** Counter: jobs that were begun again because their worker was lost or stopped. */
    REDELIVERIES("pathline.worker.redeliveries", "jobs begun again"),
    /** Counter: evaluations that were split since the device had not enough memory. */
    MEMORY_SPLITS("pathline.worker.memory.splits", "evaluations split for lack of memory"),
    /** Summary: how far the first estimate of a job's remaining time was off, as a share of what it took. */
    ETA_ERROR("pathline.worker.eta.error", "relative error of the first estimate"),
    /** Timer by model: a job's share of the evaluations that it took part in. */
    DEVICE_TIME("pathline.worker.job.device", "a job's share of evaluations"),
    /** Gauge: native arrays that outlive an evaluation, weights and samples; it grows with models, never with jobs. */
    ARRAYS("pathline.worker.arrays", "native arrays that outlive an evaluation"),
    /** Gauge by device: 1 while an evaluation, a loading or a trial hangs. */
    HUNG("pathline.worker.hung", "1 while an evaluation, a loading or a trial hangs");

    private final String meter;
    private final String description;

    WorkerMeter(String meter, String description) {
        this.meter = meter;
        this.description = description;
    }

    /** Returns the meter's name. */
    public String meter() {
        return meter;
    }

    /** Returns what it measures. */
    public String description() {
        return description;
    }
}
