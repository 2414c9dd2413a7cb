package dev.pathline.trainer.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doNothing;
import static org.mockito.Mockito.mock;

import dev.pathline.common.port.TrainingRuns.LoggedRunEvent;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.trainer.life.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

class RunJournalTest {

    @TempDir
    private Path folder;

    private static TrainingRunEvent.Progress progress(long step) {
        return new TrainingRunEvent.Progress(step, 100, step, 0.5, null, null, null, List.of());
    }

    @Test
    void shouldGoOnCountingAfterALineThatWasCutOff() throws IOException {
        RunJournal.open(folder).append(new TrainingRunEvent.Queued(1));
        Files.writeString(folder.resolve(RunFiles.EVENTS), "{\"id\":2,\"type\":\"pro", StandardOpenOption.APPEND);

        RunJournal again = RunJournal.open(folder);

        assertThat(again.append(new TrainingRunEvent.Started(0, 100))).isEqualTo(2);
        RunJournal last = RunJournal.open(folder);
        assertThat(last.next(0)).isEqualTo(new LoggedRunEvent(1, new TrainingRunEvent.Queued(1)));
        assertThat(last.next(1)).isEqualTo(new LoggedRunEvent(2, new TrainingRunEvent.Started(0, 100)));
        assertThat(last.next(2)).isNull();
    }

    @Test
    void shouldKeepWhatMattersOfALongRun() throws IOException {
        RunJournal journal = RunJournal.open(folder);
        journal.append(new TrainingRunEvent.Started(0, 100));
        for (long step = 1; step <= 20_000; step++) {
            journal.append(progress(step));
        }
        journal.append(new TrainingRunEvent.Succeeded("m@1"));

        RunJournal read = RunJournal.open(folder);
        var kept = new ArrayList<LoggedRunEvent>();
        for (LoggedRunEvent event = read.next(0); event != null; event = read.next(event.position())) {
            kept.add(event);
        }
        assertThat(kept.size()).isBetween(1000, 2002);
        assertThat(kept.getFirst().event()).isInstanceOf(TrainingRunEvent.Started.class);
        assertThat(kept.get(1).event()).isEqualTo(progress(1));
        assertThat(kept.get(kept.size() - 2).event()).isEqualTo(progress(20_000));
        assertThat(kept.getLast()).isEqualTo(new LoggedRunEvent(20_002, new TrainingRunEvent.Succeeded("m@1")));
        assertThat(Files.readAllLines(folder.resolve(RunFiles.EVENTS)).size()).isLessThan(10_000);
    }

    @Test
    void shouldHearWhatAnotherProcessAppends() {
        RunJournal writer = RunJournal.open(folder);
        writer.append(new TrainingRunEvent.Queued(1));
        RunJournal reader = RunJournal.open(folder);

        StepVerifier.create(reader.read(0).map(LoggedRunEvent::event)).expectNext(new TrainingRunEvent.Queued(1))
                .then(() -> {
                    writer.append(new TrainingRunEvent.Cancelled());
                    reader.refresh();
                }).expectNext(new TrainingRunEvent.Cancelled()).verifyComplete();
    }

    @Test
    void shouldBeReadWhileTheDiskIsSlow() throws Exception {
        JournalFile slow = mock(JournalFile.class);
        var writing = new CountDownLatch(1);
        var written = new CountDownLatch(1);
        doNothing().doAnswer(call -> {
            writing.countDown();
            written.await();
            return null;
        }).when(slow).append(any());
        RunJournal journal = RunJournal.open(slow, Clock.systemUTC(), JournalBounds.USUAL);
        journal.append(new TrainingRunEvent.Queued(1));

        Thread writer = Thread.ofVirtual().start(() -> journal.append(new TrainingRunEvent.Cancelled()));
        writing.await();

        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            assertThat(journal.next(0)).isEqualTo(new LoggedRunEvent(1, new TrainingRunEvent.Queued(1)));
            assertThat(journal.next(1)).as("who hears of an event finds it on disk").isNull();
            assertThat(journal.endsAt(1)).isFalse();
        });
        written.countDown();
        writer.join();
        assertThat(journal.next(1)).isEqualTo(new LoggedRunEvent(2, new TrainingRunEvent.Cancelled()));
    }

    @Test
    void shouldEndWithTheLastWordEvenAfterAFailureThatWasMended() {
        RunJournal journal = RunJournal.open(folder);
        journal.append(new TrainingRunEvent.Cancelled());
        assertThat(journal.endsAt(1)).isTrue();

        journal.append(new TrainingRunEvent.Resumed(1));

        assertThat(journal.endsAt(1)).isFalse();
        assertThat(journal.endsAt(2)).isFalse();
    }
}
