package dev.pathline.worker;

import dev.pathline.engine.sampling.Lane;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.SlotTask;
import java.util.ArrayList;
import java.util.List;

/** A model's lane and the runs in it. Use on the compute thread only. */
final class ModelLane implements AutoCloseable {

    /** The weight of the newest tick in the average. */
    private static final double NEWEST = 0.2;

    private final String model;
    private final LoadedModel loaded;
    private final Lane lane;
    private final List<JobRun> runs = new ArrayList<>();
    private int reserved;
    private double tickMillis = -1;

    ModelLane(String model, LoadedModel loaded, Lane lane) {
        this.model = model;
        this.loaded = loaded;
        this.lane = lane;
    }

    String model() {
        return model;
    }

    Lane lane() {
        return lane;
    }

    List<JobRun> runs() {
        return runs;
    }

    /** Returns the name of the numeric profile that the network computes with. */
    String profile() {
        return loaded.profile().name();
    }

    boolean isIdle() {
        return lane.active() == 0 && reserved == 0;
    }

    /** Keeps places free for a job that is about to begin. */
    boolean reserve(int count) {
        if (lane.room() - reserved < count) {
            return false;
        }
        reserved += count;
        return true;
    }

    void unreserve(int count) {
        reserved -= count;
    }

    /** Lets a run's samples enter, all together, on the places that were reserved. */
    void enter(JobRun run) {
        PreparedJob job = run.job();
        unreserve(job.count());
        Integer label = job.record().request().label();
        int index = label == null ? loaded.card().classes().size() : label;
        for (int i = 0; i < job.count(); i++) {
            lane.admit(new SlotTask(job.plan(), index, job.record().request().seed(), i, run.sample(i)));
        }
        runs.add(run);
    }

    /** Lets the samples of stopped runs leave, and forgets ended runs. */
    void sweep() {
        for (JobRun run : runs) {
            if (run.isStopped()) {
                lane.removeIf(task -> run.owns(task.listener()));
            }
        }
        runs.removeIf(run -> run.isStopped() || run.isFinished());
    }

    /** Advances all samples by one stage. */
    void tick() {
        long start = System.nanoTime();
        lane.tick();
        double millis = (System.nanoTime() - start) / 1e6;
        tickMillis = tickMillis < 0 ? millis : tickMillis + NEWEST * (millis - tickMillis);
    }

    /** Expected milliseconds of so many ticks, or -1 when nothing was measured yet. */
    long etaMillis(int ticks) {
        return tickMillis < 0 ? -1 : Math.round(ticks * tickMillis);
    }

    @Override
    public void close() {
        lane.close();
        loaded.close();
    }
}
