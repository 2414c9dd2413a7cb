package dev.pathline.engine.metrics;

import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.engine.checkpoint.AtomicFolders;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.Hashes;
import dev.pathline.engine.checkpoint.Safetensors;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.network.SmallConvNet;
import dev.pathline.engine.network.SmallConvNetConfig;
import dev.pathline.engine.network.SmallConvNetConfigJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A classifier on disk.
 *
 * <pre>
 * classifier.json       the card
 * config.json           the network
 * model.safetensors     the weights
 * </pre>
 *
 * @param card what one must know of it
 * @param config the network's configuration
 * @param weights the weights by name
 */
public record ClassifierCheckpoint(ClassifierCard card, SmallConvNetConfig config, Map<String, TensorData> weights) {

    private static final String CARD = "classifier.json";
    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** Returns the network's graph. */
    public Network network() {
        return SmallConvNet.build(config);
    }

    /**
     * Reads a classifier, and checks its weights against its card and its network.
     *
     * @throws CheckpointException if something is missing or does not fit; the message says what
     */
    public static ClassifierCheckpoint read(Path directory) {
        if (!Files.isRegularFile(directory.resolve(CARD))) {
            throw new CheckpointException("there is no classifier in " + directory + ": it has no " + CARD);
        }
        try {
            ClassifierCard card = JSON.readValue(Files.readString(directory.resolve(CARD)), ClassifierCard.class);
            SmallConvNetConfig config = SmallConvNetConfigJson
                    .read(JSON.readTree(Files.readString(directory.resolve(CONFIG))));
            Path file = directory.resolve(WEIGHTS);
            String hash = Hashes.sha256(file);
            if (!card.weightsSha256().equals(hash)) {
                throw new CheckpointException(file + " has SHA-256 " + hash + ", but the card says "
                        + card.weightsSha256() + ": the file was changed or is not whole");
            }
            if (config.numClasses() != card.classes().size()) {
                throw new CheckpointException(directory + ": the network has " + config.numClasses()
                        + " scores, the card names " + card.classes().size() + " classes");
            }
            Map<String, TensorData> weights = Safetensors.read(file).tensors();
            Checkpoint.requireFit(file, SmallConvNet.build(config), weights);
            return new ClassifierCheckpoint(card, config, weights);
        } catch (IOException e) {
            throw new CheckpointException("classifier " + directory + " cannot be read: " + e.getMessage(), e);
        } catch (JacksonException e) {
            throw new CheckpointException("classifier " + directory + ": " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException("classifier " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * Checks that it can be used: the weights are the network's, and hold no NaN and no infinity.
     *
     * @throws CheckpointException if not; the message names the first tensor
     */
    public void requireUsable() {
        Checkpoint.requireFit(Path.of(card.name()), network(), weights);
    }

    /**
     * Writes the classifier. The directory appears whole or not at all, and is never overwritten.
     *
     * @param type how weights are stored
     * @throws UncheckedIOException if the disk is full, not writable, or the directory exists
     */
    public void write(Path directory, StoredType type) {
        try {
            AtomicFolders.write(directory, part -> {
                Path file = part.resolve(WEIGHTS);
                Safetensors.write(file, weights, type, Map.of());
                ClassifierCard hashed = card.withWeights(network().parameterCount(), Hashes.sha256(file));
                AtomicFiles.write(part.resolve(CARD), JSON.writeValueAsString(hashed) + "\n");
                AtomicFiles.write(part.resolve(CONFIG),
                        JSON.writeValueAsString(SmallConvNetConfigJson.write(config)) + "\n");
            });
        } catch (IOException e) {
            throw new UncheckedIOException("classifier " + directory + " cannot be written: " + e.getMessage(), e);
        }
    }
}
