package dev.pathline.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How tasks end: with a result, or with the reason why there is none. */
class ComputeThreadTest {

    private static final Runnable NO_MODES = () -> {
    };

    private static void awaitIgnoringInterrupts(CountDownLatch latch) {
        boolean open = false;
        while (!open) {
            try {
                latch.await();
                open = true;
            } catch (InterruptedException e) {
                // As native code does.
            }
        }
    }

    @Test
    void shouldRefuseTheTasksThatWaitWhenItIsClosed() throws Exception {
        var thread = new ComputeThread("tested", NO_MODES);
        var begun = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        CompletableFuture<String> running = thread.submit(() -> {
            begun.countDown();
            awaitIgnoringInterrupts(end);
            return "done";
        });
        var ran = new AtomicBoolean();
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(thread.submit(() -> {
                ran.set(true);
                return null;
            }));
        }
        begun.await();
        CompletableFuture<Boolean> closing = CompletableFuture.supplyAsync(() -> thread.close(Duration.ofMinutes(5)));
        for (CompletableFuture<Void> task : waiting) {
            assertThatThrownBy(task::get).isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("compute thread 'tested' was closed before the task's turn");
        }
        end.countDown();

        assertThat(closing.get()).isTrue();
        assertThat(running.get()).isEqualTo("done");
        assertThat(ran).isFalse();
        assertThatThrownBy(() -> thread.call(() -> "late")).isInstanceOf(IllegalStateException.class)
                .hasMessage("compute thread 'tested' is closed");
        thread.close();
    }

    @Test
    void shouldSayThatATaskHasNotEndedInTime() throws Exception {
        var thread = new ComputeThread("tested", NO_MODES);
        var begun = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        CompletableFuture<String> running = thread.submit(() -> {
            begun.countDown();
            awaitIgnoringInterrupts(end);
            return "too late";
        });
        begun.await();

        assertThat(thread.close(Duration.ofMillis(1))).isFalse();

        assertThatThrownBy(running::get).hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the task did not end in time");
        end.countDown();
        assertThat(thread.close(Duration.ofMinutes(5))).isTrue();
    }

    @Test
    void shouldInterruptATaskThatListens() throws Exception {
        var thread = new ComputeThread("tested", NO_MODES);
        var begun = new CountDownLatch(1);
        CompletableFuture<Void> running = thread.submit(() -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return null;
        });
        begun.await();
        thread.close();
        assertThatThrownBy(running::get).hasCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void shouldNeverRunATaskWithoutItsModes() {
        var tries = new AtomicInteger();
        Set<String> threads = ConcurrentHashMap.newKeySet();
        try (var thread = new ComputeThread("tested", () -> {
            tries.incrementAndGet();
            throw new UnsatisfiedLinkError("libtorch.so: no such file");
        })) {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> thread.call(() -> threads.add(Thread.currentThread().getName())))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("compute thread 'tested' cannot use libtorch")
                        .hasMessageContaining("no such file")
                        .hasCauseInstanceOf(UnsatisfiedLinkError.class);
            }
        }
        assertThat(threads).isEmpty();
        assertThat(tries).hasValue(1);
    }

    @Test
    void shouldRunEveryTaskOnOneThreadWhateverTheyThrow() {
        try (var thread = new ComputeThread("tested", NO_MODES)) {
            Thread first = thread.call(Thread::currentThread);
            assertThatThrownBy(() -> thread.call(() -> {
                throw new StackOverflowError("deep");
            })).isInstanceOf(StackOverflowError.class);
            assertThatThrownBy(() -> thread.call(() -> {
                throw new Exception("checked");
            })).isInstanceOf(IllegalStateException.class).hasRootCauseMessage("checked");
            assertThat(thread.call(Thread::currentThread)).isSameAs(first);
        }
    }

    @Test
    void shouldRefuseToComputeWithoutAThread() {
        assertThatThrownBy(() -> new ComputeThread("tested", 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1");
    }

    @Test
    void shouldLoadLibtorchItself() {
        try (var thread = new ComputeThread("tested", 1)) {
            assertThat(thread.call(Torch::intraOpThreads)).isEqualTo(1);
            assertThat(Objects.requireNonNull(Torch.version())).startsWith("2.");
        }
    }
}
