package dev.pathline.trainer;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import dev.pathline.diffusion.card.TrainingInfo;
import dev.pathline.engine.checkpoint.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The versions of one model in a models folder: {@code ROOT/NAME/1}, {@code ROOT/NAME/2} and so on. */
final class ModelVersions {

    private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,8}");

    private final Path folder;

    ModelVersions(Path models, String name) {
        this.folder = models.resolve(name);
    }

    /** Returns the folder of a version that does not exist yet: one more than the highest whole number. */
    Path next() {
        return folder.resolve(Integer.toString(numbers().stream().mapToInt(Integer::intValue).max().orElse(0) + 1));
    }

    /**
     * Returns the version that has a card's model already. A run names what its weights are determined by, so two cards
     * of one run that say the same have the same weights; the commit that wrote them may differ.
     */
    Optional<Path> find(ModelCard card) {
        return numbers().stream().map(number -> folder.resolve(Integer.toString(number)))
                .filter(version -> isSame(card, version)).findFirst();
    }

    private static boolean isSame(ModelCard card, Path version) {
        try {
            return comparable(ModelCardJson.read(version.resolve(Checkpoint.CARD))).equals(comparable(card));
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    private static ModelCard comparable(ModelCard card) {
        TrainingInfo training = card.training();
        return card.withVersion("").withWeights(0, "").withTraining(
                new TrainingInfo(training.run(), training.data(), training.imagesSeen(), "", training.spec()));
    }

    private List<Integer> numbers() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).filter(name -> NUMBER.matcher(name).matches())
                    .map(Integer::valueOf).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }
}
