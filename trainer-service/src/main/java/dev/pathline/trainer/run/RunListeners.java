package dev.pathline.trainer.run;

import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.metrics.Estimate;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Tells several listeners, in order. */
public final class RunListeners implements RunListener {

    private final List<RunListener> listeners;

    /** Tells these. */
    public RunListeners(List<RunListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public void started(long step) {
        listeners.forEach(listener -> listener.started(step));
    }

    @Override
    public void progressed(Progress progress) {
        listeners.forEach(listener -> listener.progressed(progress));
    }

    @Override
    public void snapshot(long step) {
        listeners.forEach(listener -> listener.snapshot(step));
    }

    @Override
    public void blocked(String reason) {
        listeners.forEach(listener -> listener.blocked(reason));
    }

    @Override
    public void unblocked() {
        listeners.forEach(RunListener::unblocked);
    }

    @Override
    public void steppedBack(long step, String reason) {
        listeners.forEach(listener -> listener.steppedBack(step, reason));
    }

    @Override
    public boolean wantsAverages(long step) {
        return listeners.stream().anyMatch(listener -> listener.wantsAverages(step));
    }

    @Override
    public void averages(long step, Map<String, TensorData> averages) {
        listeners.stream().filter(listener -> listener.wantsAverages(step))
                .forEach(listener -> listener.averages(step, averages));
    }

    @Override
    public boolean delivers() {
        return listeners.stream().allMatch(RunListener::delivers);
    }

    @Override
    public void undelivered() {
        listeners.forEach(RunListener::undelivered);
    }

    @Override
    public void prepared(String what, long done, long of) {
        listeners.forEach(listener -> listener.prepared(what, done, of));
    }

    @Override
    public void sheet(Path file) {
        listeners.forEach(listener -> listener.sheet(file));
    }

    @Override
    public void evaluated(long step, Estimate distance, Estimate floor) {
        listeners.forEach(listener -> listener.evaluated(step, distance, floor));
    }

    @Override
    public void warning(String message) {
        listeners.forEach(listener -> listener.warning(message));
    }
}
