package dev.pathline.worker;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.pathline.engine.script.PreparedWeights;
import dev.pathline.engine.script.TickBatch;
import dev.pathline.engine.script.TickProgram;
import dev.pathline.engine.torch.DeviceMemoryException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A network program that fails as devices do: too little memory, an evaluation that hangs, an error of the library. */
final class FaultyProgram implements TickProgram {

    private final TickProgram real;
    private final int mostRows;
    private final AtomicInteger errors;
    private final @Nullable CountDownLatch hangs;
    private final Supplier<? extends Throwable> thrown;

    /**
     * A program.
     *
     * @param mostRows more do not fit into memory
     * @param errors how many evaluations fail outright, counted down
     * @param hangs what evaluations wait for
     */
    FaultyProgram(TickProgram real, int mostRows, AtomicInteger errors, @Nullable CountDownLatch hangs) {
        this(real, mostRows, errors, hangs, () -> new IllegalStateException("injected: the library failed"));
    }

    /** A program whose errors are of some kind. */
    FaultyProgram(TickProgram real, int mostRows, AtomicInteger errors, @Nullable CountDownLatch hangs,
            Supplier<? extends Throwable> thrown) {
        this.thrown = thrown;
        this.real = real;
        this.mostRows = mostRows;
        this.errors = errors;
        this.hangs = hangs;
    }

    @Override
    public TickResult tick(NDManager results, NDArray state, TickBatch batch, PreparedWeights prepared) {
        if (batch.rows() > mostRows) {
            throw new DeviceMemoryException("injected: " + batch.rows() + " rows", new IllegalStateException());
        }
        if (errors.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            FaultyWork.raise(thrown.get());
        }
        if (hangs != null) {
            try {
                hangs.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return real.tick(results, state, batch, prepared);
    }
}
