package dev.pathline.engine.checkpoint;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.network.UNet2D;
import dev.pathline.engine.network.UNet2DConfig;
import dev.pathline.engine.network.UNet2DConfigJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A checkpoint: a directory in diffusers' layout, with the model's card beside it.
 *
 * <pre>
 * model_index.json
 * pathline.json                                  the card
 * unet/config.json                               the network, with diffusers' keys
 * unet/diffusion_pytorch_model.safetensors       the weights
 * scheduler/scheduler_config.json                the schedule, for Python
 * </pre>
 *
 * @param card what one must know to sample
 * @param config the network's configuration
 * @param weights the weights by name
 */
public record Checkpoint(ModelCard card, UNet2DConfig config, Map<String, TensorData> weights) {

    /** The weights' file, relative to the checkpoint. */
    public static final String WEIGHTS = "unet/diffusion_pytorch_model.safetensors";

    /** The card's file, relative to the checkpoint. */
    public static final String CARD = "pathline.json";

    private static final String CONFIG = "unet/config.json";
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Returns the network's graph. */
    public Network network() {
        return UNet2D.build(config);
    }

    /**
     * Reads a checkpoint, and checks its weights against its card and its network.
     *
     * @throws CheckpointException if something is missing or does not fit; the message names the first of it
     */
    public static Checkpoint read(Path directory) {
        try {
            ModelCard card = ModelCardJson.read(Files.readString(directory.resolve(CARD)));
            UNet2DConfig config = UNet2DConfigJson.read(JSON.readTree(Files.readString(directory.resolve(CONFIG))));
            Path file = directory.resolve(WEIGHTS);
            Map<String, TensorData> weights = Safetensors.read(file).tensors();
            String hash = Hashes.sha256(file);
            if (!card.weightsSha256().isEmpty() && !card.weightsSha256().equals(hash)) {
                throw new CheckpointException(file + " has SHA-256 " + hash + ", but the card says "
                        + card.weightsSha256() + ": the file was changed or is not whole");
            }
            requireFit(file, UNet2D.build(config), weights);
            return new Checkpoint(card, config, weights);
        } catch (IOException e) {
            throw new CheckpointException("checkpoint " + directory + " cannot be read: " + e.getMessage(), e);
        } catch (JacksonException e) {
            throw new CheckpointException(directory.resolve(CONFIG) + ": " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException("checkpoint " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Checks that a file has exactly the tensors of a network. */
    public static void requireFit(Path file, Network network, Map<String, TensorData> weights) {
        var extra = new TreeSet<>(weights.keySet());
        for (Parameter parameter : network.parameters()) {
            TensorData data = weights.get(parameter.name());
            if (data == null) {
                throw new CheckpointException(file + " lacks the tensor " + parameter.name());
            }
            if (!data.shape().equals(parameter.shape())) {
                throw new CheckpointException(file + ": the tensor " + parameter.name() + " has shape " + data.shape()
                        + ", the network needs " + parameter.shape());
            }
            extra.remove(parameter.name());
        }
        if (!extra.isEmpty()) {
            throw new CheckpointException(file + " has the tensor " + extra.first() + ", which the network lacks");
        }
    }

    /**
     * Writes the checkpoint. The directory appears whole or not at all, and is never overwritten.
     *
     * @param type how weights are stored; float16 halves the file
     * @return the card as written, with the hash of the weights
     * @throws UncheckedIOException if the disk is full, not writable, or the directory exists
     */
    public ModelCard write(Path directory, StoredType type) {
        var written = new AtomicReference<>(card);
        try {
            AtomicFolders.write(directory, part -> {
                Safetensors.write(part.resolve(WEIGHTS), weights, type, Map.of());
                ModelCard hashed = card.withWeights(network().parameterCount(), Hashes.sha256(part.resolve(WEIGHTS)));
                AtomicFiles.write(part.resolve(CARD), ModelCardJson.write(hashed));
                AtomicFiles.write(part.resolve(CONFIG), pretty(UNet2DConfigJson.write(config)));
                AtomicFiles.write(part.resolve("model_index.json"), pretty(DiffusersFiles.modelIndex(card)));
                AtomicFiles.write(part.resolve("scheduler/scheduler_config.json"),
                        pretty(DiffusersFiles.scheduler(card)));
                written.set(hashed);
            });
            return written.get();
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoint " + directory + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static String pretty(Object json) {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    }
}
