package dev.pathline.worker;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.wire.Priority;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.measure.BatchTimes;
import dev.pathline.engine.measure.SteadySizes;
import dev.pathline.engine.sampling.Lane;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.ModelMemory;
import dev.pathline.engine.sampling.Slot;
import dev.pathline.engine.torch.DeviceMemoryException;
import dev.pathline.worker.schedule.BatchSize;
import dev.pathline.worker.schedule.Selection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loaded model with its samples under way, those of the jobs that run on it. Use on the compute thread only.
 *
 * <p>Implementation note. Samples of many jobs have places, and every tick advances as many of them as an evaluation has
 * room for, in the order of their jobs' turns. So an urgent or short job that comes while the lane is full of others need
 * not wait until one of them is done.
 */
final class ModelLane implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ModelLane.class);

    /** The weight of the newest tick in the time between ticks. */
    private static final double NEWEST = 0.1;
    /** Ticks further apart than so many of theirs had a pause between them, which says nothing about the next. */
    private static final int PAUSE = 20;

    private static final Comparator<Slot> ORDER = Comparator.comparing((Slot slot) -> JobRun.of(slot).turn())
            .thenComparing(slot -> JobRun.of(slot).job().claim().jobId()).thenComparingInt(slot -> slot.task().index());

    private final LaneKey key;
    private final Checkpoint checkpoint;
    private final LoadedModel loaded;
    private final ModelMemory memory;
    private final Lane lane;
    private final int places;
    private final BatchTimes times;
    private final BatchSize sizes;
    private final WorkerMetrics.OfLane metrics;
    /** In order of their turn. */
    private final List<JobRun> runs = new ArrayList<>();
    private int mostRows;
    private int reserved;
    private @Nullable SteadySizes steady;
    private boolean trying;
    private boolean closing;
    private double betweenTicks = -1;
    private long lastTick;

    /**
     * A lane of a model that was just loaded.
     *
     * @param places how many samples {@code lane} has room for
     * @param mostRows how many rows an evaluation may have
     * @param sizes those of an evaluation without a strict sample
     */
    ModelLane(LaneKey key, Checkpoint checkpoint, LoadedModel loaded, Lane lane, int places, int mostRows,
            BatchTimes times, BatchSize sizes, WorkerMetrics.OfLane metrics) {
        this.key = key;
        this.checkpoint = checkpoint;
        this.loaded = loaded;
        this.memory = loaded.memory();
        this.lane = lane;
        this.places = places;
        this.mostRows = mostRows;
        this.times = times;
        this.sizes = sizes;
        this.metrics = metrics;
    }

    LaneKey key() {
        return key;
    }

    Checkpoint checkpoint() {
        return checkpoint;
    }

    LoadedModel loaded() {
        return loaded;
    }

    BatchTimes times() {
        return times;
    }

    List<JobRun> runs() {
        return runs;
    }

    /** Returns what it takes on the device: weights, places, and the largest evaluation. */
    long bytes() {
        return memory.weights() + (places + 1) * memory.slot() + mostRows * memory.row();
    }

    /** Returns how many native arrays it has: weights and samples, no more for any number of evaluations. */
    int arrays() {
        return loaded.arrays() + lane.arrays();
    }

    /** Returns how many rows an evaluation may have. */
    int mostRows() {
        return mostRows;
    }

    /** Returns the sizes of evaluations in which its bits are steady; null as long as that was not tried out. */
    @Nullable
    SteadySizes steadySizes() {
        return steady;
    }

    /** Returns whether its model is being tried out on another thread. */
    boolean isTrying() {
        return trying;
    }

    /** A trial begins on another thread: until it ends nothing is closed. */
    void beginTrial() {
        trying = true;
    }

    /**
     * The trial has ended.
     *
     * @param found the steady sizes, or null if nothing was found out
     */
    void endTrial(@Nullable SteadySizes found) {
        trying = false;
        steady = found;
        if (closing) {
            closeNow();
        }
    }

    private SteadySizes steady() {
        return Objects.requireNonNull(steady, "no strict sample enters before the steady sizes are known");
    }

    boolean isBusy() {
        return lane.active() > 0;
    }

    boolean isIdle() {
        return lane.active() == 0 && reserved == 0 && runs.isEmpty() && !trying;
    }

    /** Keeps a place free for a job that is about to begin. */
    boolean reserve(Priority priority) {
        if (room(priority) <= 0) {
            return false;
        }
        reserved++;
        return true;
    }

    void unreserve() {
        reserved--;
    }

    /** Half of the places are for whoever comes, a quarter for normal and urgent jobs, a quarter for the urgent alone. */
    private int room(Priority priority) {
        int mine = switch (priority) {
            case INTERACTIVE -> places;
            case NORMAL -> places - places / 4;
            case BATCH -> places - places / 2;
        };
        return Math.min(lane.room() - reserved, mine - lane.active() - reserved);
    }

    /** Lets a run in, on a place that was reserved until now and as many more as there are. */
    void enter(JobRun run) {
        int at = Collections.binarySearch(runs, run, Comparator.comparing(JobRun::turn)
                .thenComparing(one -> one.job().claim().jobId()));
        runs.add(at < 0 ? -at - 1 : at, run);
        admit(run, Math.max(1, room(run.terms().priority())));
        fill();
    }

    /** Lets samples of the runs in, as far as there are places. */
    void fill() {
        for (JobRun run : runs) {
            admit(run, room(run.terms().priority()));
        }
    }

    private void admit(JobRun run, int room) {
        int count = Math.min(run.waiting(), room);
        if (count > 0) {
            run.enter(count).forEach(lane::admit);
        }
    }

    /** Lets the samples of stopped runs leave, and forgets ended runs. */
    void sweep() {
        if (runs.stream().anyMatch(JobRun::isStopped)) {
            lane.removeIf(task -> JobRun.of(task).isStopped());
        }
        runs.removeIf(run -> run.isStopped() || run.isFinished());
        fill();
    }

    /** Returns the samples of the next tick. */
    List<Slot> next() {
        List<Slot> chosen = Selection.choose(lane.slots(), Slot::rows, ORDER, mostRows);
        if (chosen.stream().noneMatch(ModelLane::isStrict)) {
            return chosen;
        }
        int most = steady().fitting(mostRows);
        return Lane.rows(chosen) > most ? Selection.choose(lane.slots(), Slot::rows, ORDER, most) : chosen;
    }

    /** Returns how many rows the evaluation of some samples gets. */
    private int size(List<Slot> chosen) {
        int rows = Lane.rows(chosen);
        return rows > 0 && chosen.stream().anyMatch(ModelLane::isStrict) ? steady().of(rows) : sizes.of(rows);
    }

    private static boolean isStrict(Slot slot) {
        return JobRun.of(slot).terms().strict();
    }

    /** Returns the expected time of a tick in milliseconds; the rows themselves where nothing was learnt. */
    double cost(List<Slot> chosen) {
        int size = size(chosen);
        double millis = times.millis(Math.max(1, size)).orElse(size);
        // Times that were kept in a file may be anything; a share of the device must be a number.
        return Double.isFinite(millis) ? Math.max(1e-3, millis) : Math.max(1, size);
    }

    /** Returns the most urgent priority among its jobs. */
    Priority urgency() {
        return runs.stream().map(run -> run.terms().priority()).min(Comparator.naturalOrder())
                .orElse(Priority.BATCH);
    }

    /** Returns how fast it is when it is full. */
    WorkerState.Pace pace() {
        OptionalDouble speed = times.rowsPerSecond(mostRows);
        return new WorkerState.Pace(speed.isEmpty() ? null : (Double) speed.getAsDouble(),
                betweenTicks < 0 ? null : (Double) betweenTicks);
    }

    /** Advances samples by one stage. */
    void tick(List<Slot> chosen) {
        int rows = Lane.rows(chosen);
        int size = size(chosen);
        // Who takes part, and with how many rows: they have moved on when the time is known.
        List<JobRun> parts = chosen.stream().map(JobRun::of).toList();
        int[] shares = chosen.stream().mapToInt(Slot::rows).toArray();
        BatchLog.log(key, size, chosen);
        for (int i = 0; i < shares.length; i++) {
            parts.get(i).evaluates(shares[i]);
        }
        long start = System.nanoTime();
        boolean whole = advance(chosen);
        long nanos = System.nanoTime() - start;
        for (int i = 0; i < shares.length; i++) {
            parts.get(i).took(rows == 0 ? 0 : nanos * shares[i] / rows);
        }
        parts.stream().distinct().forEach(JobRun::evaluated);
        if (whole && rows > 0) {
            times.learn(size, nanos / 1e6);
            metrics.ticked(rows, size - rows, nanos);
        }
        paced(start + nanos, nanos);
    }

    /**
     * Where the device has not enough memory nothing has moved, so the halves are tried, and later ticks have fewer rows.
     *
     * @return whether it went at once
     */
    private boolean advance(List<Slot> chosen) {
        int rows = Lane.rows(chosen);
        try {
            lane.tick(chosen, size(chosen));
            return true;
        } catch (DeviceMemoryException e) {
            metrics.memorySplit();
            if (chosen.size() == 1) {
                JobRun.of(chosen.getFirst()).fail(ErrorCode.OUT_OF_MEMORY,
                        "An evaluation of " + key.model() + " with " + rows
                                + " row(s) does not fit into the device's memory");
                return false;
            }
            mostRows = Math.min(mostRows, Math.max(1, sizes.fitting(rows / 2)));
            LOG.warn("{} rows of {} do not fit into the device's memory; evaluations have {} at most from here on",
                    rows, key,
                    mostRows);
            int half = chosen.size() / 2;
            advance(chosen.subList(0, half));
            advance(chosen.subList(half, chosen.size()));
            return false;
        }
    }

    private void paced(long now, long nanos) {
        long between = now - lastTick;
        boolean paused = lastTick == 0 || between > PAUSE * nanos;
        double millis = (paused ? nanos : between) / 1e6;
        betweenTicks = betweenTicks < 0 ? millis : betweenTicks + NEWEST * (millis - betweenTicks);
        lastTick = now;
    }

    /**
     * Returns the expected milliseconds until a run that has so many stages before it is done, or -1 when nothing was
     * measured yet. It takes as many ticks as it has stages, or as the rows of those whose turn is not later fill,
     * whichever are more; what the device does for other lanes is in the time between ticks.
     */
    long etaMillis(JobRun run, int stages) {
        long rows = runs.stream().filter(other -> !other.turn().isAfter(run.turn())).mapToLong(JobRun::rowsLeft).sum();
        double ticks = Math.max(stages, (double) rows / mostRows);
        return betweenTicks < 0 ? -1 : Math.round(ticks * betweenTicks);
    }

    /** Returns what so many stages would take alone, in milliseconds; empty if nothing was learnt. */
    OptionalDouble alone(int rows, int stages) {
        OptionalDouble one = times.millis(rows);
        return one.isPresent() ? OptionalDouble.of(stages * one.getAsDouble()) : one;
    }

    /** Closes it, or has it closed when the trial has ended. */
    @Override
    public void close() {
        if (trying) {
            closing = true;
        } else {
            closeNow();
        }
    }

    private void closeNow() {
        try {
            lane.close();
        } finally {
            loaded.close();
        }
    }
}
