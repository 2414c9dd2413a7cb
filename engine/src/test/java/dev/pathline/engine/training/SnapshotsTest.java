package dev.pathline.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsTest {

    private static final long SOUND = Long.MAX_VALUE;
    private static final SnapshotNotes NOTES = new SnapshotNotes(3, true, "some state", Map.of("a", "b = c"));

    @TempDir
    private Path folder;

    private Snapshots snapshots() {
        return new Snapshots(folder, Map.of("batch", "7"), false);
    }

    private void write(long step, long suspectSince) {
        snapshots().write(new Snapshots.Snapshot(step, Duration.ofSeconds(step),
                Map.of("w", new TensorData(List.of(1), new float[]{step})), NOTES), suspectSince);
    }

    private List<String> files() throws IOException {
        try (var list = Files.list(folder)) {
            return list.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static String[] snapshots(int... steps) {
        return java.util.Arrays.stream(steps).mapToObj(step -> "snapshot-" + step + ".safetensors")
                .toArray(String[]::new);
    }

    @Test
    void shouldKeepTwoWhileAllIsWell() throws IOException {
        for (int step = 1; step <= 5; step++) {
            write(step, SOUND);
        }
        assertThat(files()).containsExactly(snapshots(4, 5));
    }

    @Test
    void shouldKeepTwoFromBeforeTheTroubleHoweverLongItLasts() throws IOException {
        for (int step = 1; step <= 4; step++) {
            write(step, SOUND);
        }
        for (int step = 5; step <= 9; step++) {
            write(step, 5);
        }
        assertThat(files()).containsExactly(snapshots(3, 4, 8, 9));

        assertThat(snapshots().reject(5)).isEqualTo(4);
        assertThat(snapshots().latest().orElseThrow().step()).isEqualTo(4);

        // It goes wrong from there again, and no snapshot was good enough to be written meanwhile.
        assertThat(snapshots().reject(5)).isEqualTo(3);
        assertThat(snapshots().latest().orElseThrow().tensors().get("w").values()).containsExactly(3);
        assertThat(files()).contains("rejected-4.safetensors", "rejected-8.safetensors", "rejected-9.safetensors");
    }

    @Test
    void shouldTrustASnapshotThatTrainingHasGoneOnFrom() {
        write(1, SOUND);
        write(2, SOUND);
        assertThat(snapshots().reject(3)).isEqualTo(2);
        write(3, SOUND);

        assertThat(snapshots().reject(4)).isEqualTo(3);
    }

    @Test
    void shouldLetGoOfOldOnesWhenTheTroubleIsOver() throws IOException {
        for (int step = 1; step <= 4; step++) {
            write(step, 3);
        }
        assertThat(files()).containsExactly(snapshots(1, 2, 3, 4));

        write(5, SOUND);

        assertThat(files()).containsExactly(snapshots(4, 5));
    }

    @Test
    void shouldStandAtTheStartWhereNothingIsLeft() {
        write(1, SOUND);

        assertThat(snapshots().reject(1)).isZero();
        assertThat(snapshots().latest()).isEmpty();
    }

    @Test
    void shouldGoOnWithOtherCodeOnlyWhereNothingIsLeftToTrain() {
        var before = new Snapshots(folder, Map.of("batch", "7", Snapshots.CODE, "a"), false);
        before.write(new Snapshots.Snapshot(3, Duration.ofSeconds(3),
                Map.of("w", new TensorData(List.of(1), new float[]{3})), NOTES), SOUND);
        var now = new Snapshots(folder, Map.of("batch", "7", Snapshots.CODE, "b"), false);

        assertThatThrownBy(now::latest).hasMessageContaining("code was a and is b");
        assertThat(now.latest(snapshot -> snapshot.step() == 3).orElseThrow().notes()).isEqualTo(NOTES);
        assertThat(new Snapshots(folder, Map.of("batch", "7", Snapshots.CODE, "b"), true).latest()).isPresent();
        assertThatThrownBy(() -> new Snapshots(folder, Map.of("batch", "8", Snapshots.CODE, "b"), false)
                .latest(_ -> true)).hasMessageContaining("batch was 7 and is 8");
    }

    @Test
    void shouldKeepNotesOfTheSameRunOnly() {
        write(1, SOUND);

        assertThat(snapshots().latest().orElseThrow().notes()).isEqualTo(NOTES);
        assertThat(new Snapshots(folder, Map.of("batch", "8"), true).latest().orElseThrow().notes())
                .isEqualTo(SnapshotNotes.NONE);
        assertThatThrownBy(() -> new Snapshots(folder, Map.of("batch", "8"), false).latest())
                .isInstanceOf(CheckpointException.class).hasMessageContaining("batch was 7 and is 8");
    }
}
