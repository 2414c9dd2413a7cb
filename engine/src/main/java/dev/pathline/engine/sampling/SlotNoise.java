package dev.pathline.engine.sampling;

import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.diffusion.plan.Stage;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The noise of one sample, drawn by threads that compute nothing else: while a tick evaluates the network, the noise of the
 * sample's next stage is made. Noise is a function of its key, so who draws it when changes no bit.
 *
 * <p>Used by the compute thread, which waits only for what is not ready yet.
 */
final class SlotNoise {

    private static final long IDLE_SECONDS = 5;

    /**
     * Shared by all lanes, on half of the processor: the network has the other. Threads go when nothing is drawn for a while,
     * and hold up no exit.
     */
    private static final Executor DRAWERS = drawers(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

    private final NoiseSource source;
    private final SlotTask task;
    private final int size;
    private @Nullable CompletableFuture<float[]> start;
    private int currentStage = -1;
    private @Nullable CompletableFuture<float[]> current;
    private int nextStage;
    private @Nullable CompletableFuture<float[]> next;

    /** Begins to draw what the sample starts from, and the noise of its first stage that needs some. */
    SlotNoise(NoiseSource source, SlotTask task, int size) {
        this.source = source;
        this.task = task;
        this.size = size;
        this.start = drawStart();
        ahead(0);
    }

    private static Executor drawers(int threads) {
        var pool = new ThreadPoolExecutor(threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("noise-", 0).daemon(true).factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Returns the standard normal noise that the sample starts from; it is drawn anew when it is asked for again. */
    float[] start() {
        CompletableFuture<float[]> drawn = start == null ? drawStart() : start;
        start = null;
        return await(drawn);
    }

    private CompletableFuture<float[]> drawStart() {
        return draw(values -> source.fill(NoiseKey.initial(task.seed(), task.index()), values));
    }

    /**
     * Returns the noise of a stage that needs some, and begins to draw that of the next one. May be asked again for the
     * same stage.
     */
    float[] of(int stage) {
        if (stage != currentStage || current == null) {
            current = stage == nextStage && next != null ? next : drawStage(stage);
            currentStage = stage;
            ahead(stage + 1);
        }
        return await(current);
    }

    /** The sample leaves: what is not drawn yet need not be. */
    void cancel() {
        if (start != null) {
            start.cancel(false);
        }
        if (next != null) {
            next.cancel(false);
        }
    }

    private void ahead(int from) {
        List<Stage> stages = task.plan().stages();
        nextStage = from;
        while (nextStage < stages.size() && !stages.get(nextStage).needsNoise()) {
            nextStage++;
        }
        next = nextStage < stages.size() ? drawStage(nextStage) : null;
    }

    private CompletableFuture<float[]> drawStage(int index) {
        Stage stage = task.plan().stages().get(index);
        return draw(values -> stage.fillNoise(source, task.seed(), task.index(), index, values));
    }

    private CompletableFuture<float[]> draw(Fill fill) {
        var drawn = new CompletableFuture<float[]>();
        DRAWERS.execute(() -> {
            if (drawn.isDone()) {
                return;
            }
            try {
                float[] values = new float[size];
                fill.fill(values);
                drawn.complete(values);
            } catch (Throwable e) {
                drawn.completeExceptionally(e);
            }
        });
        return drawn;
    }

    /** An interrupt of the compute thread lets the tick end, so it does not end the wait. */
    private static float[] await(CompletableFuture<float[]> drawn) {
        try {
            return drawn.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw e;
            }
        } catch (CancellationException e) {
            throw new IllegalStateException("the sample has left its lane", e);
        }
    }

    /** Fills an array with noise. */
    private interface Fill {
        void fill(float[] values);
    }
}
