package dev.pathline.common.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.BlobStoreContract;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.EventLogContract;
import dev.pathline.common.port.JobSignals;
import dev.pathline.common.port.JobSignalsContract;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.JobStoreContract;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.common.port.WorkerLivenessContract;
import dev.pathline.common.testing.MutableClock;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.StepImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

/** The in-process adapters keep their ports' contracts, and their own bounds. */
class InProcessAdaptersTest {

    @Nested
    class Signals extends JobSignalsContract {
        @Override
        protected JobSignals create() {
            return new InProcessJobSignals();
        }
    }

    @Nested
    class Store extends JobStoreContract {
        private final MutableClock clock = new MutableClock();

        @Override
        protected JobStore create(int capacity) {
            return new InProcessJobStore(capacity, clock);
        }

        @Override
        protected Instant now() {
            return clock.instant();
        }

        @Override
        protected void advance(Duration time) {
            clock.advance(time);
        }
    }

    @Nested
    class Log extends EventLogContract {
        @Override
        protected EventLog create(long maxBytesPerJob) {
            return new InProcessEventLog(Schedulers.parallel(), maxBytesPerJob, 1 << 20);
        }

        @Test
        void shouldDropThePreviewsOfTheJobThatEndedFirst() {
            EventLog log = new InProcessEventLog(Schedulers.parallel(), 10_000, 15_000);
            for (String job : List.of("first", "second", "third")) {
                log.append(job, 1, new JobEvent.Step(1, 1, 1, 1.0, 0.0, null,
                        List.of(new StepImage(0, "x".repeat(7000), null))));
                log.append(job, 1, new JobEvent.Cancelled());
            }
            assertThat(log.read("first", 0).count().block(Duration.ofSeconds(10))).isEqualTo(1);
            assertThat(log.read("second", 0).count().block(Duration.ofSeconds(10))).isEqualTo(2);
            assertThat(log.read("third", 0).count().block(Duration.ofSeconds(10))).isEqualTo(2);
        }
    }

    @Nested
    class Blobs extends BlobStoreContract {
        @Override
        protected BlobStore create(MutableClock clock) {
            return new InProcessBlobStore(1 << 20, clock);
        }

        @Test
        void shouldDropTheOldestBeyondItsBound() {
            BlobStore small = new InProcessBlobStore(100, new MutableClock());
            small.put("a", new byte[40]);
            small.put("b", new byte[40]);
            small.put("a", new byte[40]);
            small.put("c", new byte[40]);
            assertThat(small.get("b")).isEmpty();
            assertThat(small.get("a")).isPresent();
            assertThat(small.get("c")).isPresent();
        }
    }

    @Nested
    class Directory extends BlobStoreContract {
        @TempDir
        Path root;

        @Override
        protected BlobStore create(MutableClock clock) {
            return new DirectoryBlobStore(root.resolve("blobs"), clock);
        }

        @Test
        void shouldLeaveNoEmptyDirectories() throws Exception {
            BlobStore blobs = create(new MutableClock());
            blobs.put("job/images/0.png", new byte[1]);
            blobs.deleteAll("job/");
            try (Stream<Path> left = Files.list(root.resolve("blobs"))) {
                assertThat(left).isEmpty();
            }
        }
    }

    @Nested
    class Liveness extends WorkerLivenessContract {
        @Override
        protected WorkerLiveness create(MutableClock clock) {
            return new InProcessWorkerLiveness(clock);
        }
    }
}
