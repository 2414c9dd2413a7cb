package dev.pathline.standalone.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command end in order when the process is asked to stop by Ctrl-C or SIGTERM.
 *
 * <p>The JVM answers both by running its shutdown hooks and exits with 130 or 143 when they are through, whatever the
 * main thread returns. So the hook asks the command to stop, and holds the exit until the command has.
 */
final class StopSignal {

    /**
     * Longer than any step and its snapshot take, and less than what containers are given; a second signal does not hurry the
     * JVM, but SIGKILL does.
     */
    static final Duration PATIENCE = Duration.ofSeconds(175);

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;

    private StopSignal(Runnable stop) {
        hook = Thread.ofPlatform().name("stop").unstarted(() -> {
            stop.run();
            try {
                if (!ended.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    System.err.println("pathline: gave up waiting for the last step");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Runs {@code stop} when the process is asked to end, and holds its exit until {@link #release()}. */
    static StopSignal on(Runnable stop) {
        var signal = new StopSignal(stop);
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /** The command has ended: the process may. */
    void release() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook runs, and has just been let go.
        }
    }
}
