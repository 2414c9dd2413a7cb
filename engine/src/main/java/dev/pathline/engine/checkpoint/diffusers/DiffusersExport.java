package dev.pathline.engine.checkpoint.diffusers;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.engine.checkpoint.AtomicFolders;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.DiffusersFiles;
import dev.pathline.engine.checkpoint.Hashes;
import dev.pathline.engine.checkpoint.StoredWeights;
import dev.pathline.engine.checkpoint.WeightFiles;
import dev.pathline.engine.checkpoint.scheduler.SchedulerFacts;
import dev.pathline.engine.checkpoint.scheduler.Schedulers;
import dev.pathline.engine.checkpoint.scheduler.UnfitCard;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.network.NetworkConfig;
import dev.pathline.engine.network.NetworkType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * A checkpoint as a pipeline that diffusers loads with {@code from_pretrained}. Weights and the network's settings are
 * copied. The scheduler's are those that were imported, as long as they say what the card says, else those that follow from
 * the card.
 */
public final class DiffusersExport {

    private final ModelCard card;
    private final NetworkConfig network;
    private final JsonFile config;
    private final StoredWeights weights;
    private final @Nullable JsonFile scheduler;
    private final @Nullable JsonFile index;
    private final List<String> remarks;

    private DiffusersExport(ModelCard card, NetworkConfig network, JsonFile config, StoredWeights weights,
            @Nullable JsonFile scheduler, @Nullable JsonFile index, List<String> remarks) {
        this.card = card;
        this.network = network;
        this.config = config;
        this.weights = weights;
        this.scheduler = scheduler;
        this.index = index;
        this.remarks = remarks;
    }

    /**
     * Reads a checkpoint but for the weights' bytes.
     *
     * @param withScheduler whether to write a scheduler
     * @throws CheckpointException if the checkpoint is not sound, or diffusers has nothing like it; the message says what
     */
    public static DiffusersExport open(Path checkpoint, boolean withScheduler) {
        ModelCard card;
        NetworkConfig network;
        try {
            card = ModelCardJson.read(checkpoint.resolve(Checkpoint.CARD));
            network = Checkpoint.config(checkpoint).forSample(card.shape());
        } catch (IOException e) {
            throw new CheckpointException("checkpoint " + checkpoint + " cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException | JacksonException e) {
            throw new CheckpointException("checkpoint " + checkpoint + ": " + e.getMessage(), e);
        }
        Network graph = network.build();
        var ours = new ArrayList<>(network.extensions());
        boolean flowMap = withScheduler && card.kind() == ModelKind.FLOW_MAP;
        if (flowMap) {
            ours.removeAll(SecondTime.EXTENSIONS);
        }
        if (!network.type().isOfDiffusers() || !ours.isEmpty()) {
            throw new CheckpointException("model " + card.name() + " cannot be exported: diffusers has no network like "
                    + network.type().className() + (ours.isEmpty() ? "" : " with " + String.join(", ", ours)));
        }
        Path folder = checkpoint.resolve(network.type().folder());
        var remarks = new ArrayList<String>();
        JsonFile scheduler = withScheduler ? scheduler(checkpoint, card, remarks) : null;
        JsonFile index = index(checkpoint, card, network, scheduler, remarks);
        if (index != null) {
            unguided(card, index.json(), remarks);
        }
        JsonFile config = JsonFile.read(folder.resolve("config.json"));
        return new DiffusersExport(card, network,
                flowMap ? SecondTime.write(config, card.targetInput()).orElseThrow(() -> noScheduler(card)) : config,
                StoredWeights.open(WeightFiles.find(folder, null), graph), scheduler, index, remarks);
    }

    private static JsonFile scheduler(Path checkpoint, ModelCard card, List<String> remarks) {
        Path file = checkpoint.resolve(DiffusersFiles.SCHEDULER);
        JsonFile scheduler = Files.isRegularFile(file) ? JsonFile.read(file) : null;
        if (scheduler == null || !facts(scheduler, true).filter(facts -> facts.isModelOf(card)).isPresent()) {
            scheduler = JsonFile.of(file, DiffusersFiles.scheduler(card).orElseThrow(() -> noScheduler(card)));
            if (!facts(scheduler, true).filter(facts -> facts.isModelOf(card)).isPresent()) {
                throw noScheduler(card);
            }
        }
        if (!facts(scheduler, false).filter(facts -> facts.samplesAs(card)).isPresent()) {
            List<Double> times = card.defaults().times();
            remarks.add("the card recommends " + card.defaults().solver() + (times == null
                    ? " on the time grid " + SchedulerFacts.recommendedGrid(card)
                    : " at the times " + times) + ", which "
                    + scheduler.json().path("_class_name").asString()
                    + " does not compute: it fits the model, and samples in its own way");
        }
        return scheduler;
    }

    private static CheckpointException noScheduler(ModelCard card) {
        return new CheckpointException("model " + card.name() + " has no scheduler in diffusers: "
                + UnfitCard.reason(card)
                + (card.kind() == ModelKind.FLOW_MAP ? "" : "; --no-scheduler exports the network alone"));
    }

    private static Optional<SchedulerFacts> facts(JsonFile scheduler, boolean ownDefaults) {
        try {
            return Optional.of(Schedulers.read(scheduler.json(), ownDefaults));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static @Nullable JsonFile index(Path checkpoint, ModelCard card, NetworkConfig network,
            @Nullable JsonFile scheduler, List<String> remarks) {
        ObjectNode ours = scheduler == null ? null : scheduler.json();
        if (ours != null && card.conditional() && ours.path("_class_name").asString("").equals(DiffusersFiles.FLOW)) {
            remarks.add(
                    "no pipeline of diffusers passes labels with that scheduler: call its unet and its scheduler in a"
                            + " loop of your own");
        }
        JsonFile kept = kept(checkpoint, ours);
        if (kept != null) {
            for (String part : new PipelineIndex(kept).absent()) {
                remarks.add("the pipeline's " + part + " is not here: load it in Python and pass it,"
                        + " from_pretrained(DIR, " + part + "=...)");
            }
            return kept;
        }
        Optional<ObjectNode> made = DiffusersFiles.modelIndex(card, network.type(), ours);
        String part = network.type().folder();
        if (made.isEmpty()) {
            if (card.kind() == ModelKind.FLOW_MAP) {
                remarks.add("no network of diffusers has a second time: load both in Python with"
                        + " docs/python/flow_map.py, as docs/python.md shows");
                return null;
            }
            remarks.add("no pipeline of diffusers " + noPipeline(card, network.type(), ours)
                    + ": load " + network.type().className() + ".from_pretrained(DIR, subfolder=\"" + part + "\")"
                    + (ours == null ? "" : " and its scheduler") + ", and call " + (ours == null ? "it" : "them")
                    + " in a loop of your own");
        } else if (made.get().has("vae")) {
            remarks.add("the samples are latents, and their vae is not here: load it in Python and pass it,"
                    + " from_pretrained(DIR, vae=...)");
        }
        return made.map(json -> JsonFile.of(checkpoint.resolve(DiffusersFiles.INDEX), json)).orElse(null);
    }

    /** What no pipeline does. */
    private static String noPipeline(ModelCard card, NetworkType network, @Nullable ObjectNode scheduler) {
        String className = scheduler == null ? "" : scheduler.path("_class_name").asString("");
        if (scheduler != null && DiffusersFiles.isCalledOtherwise(scheduler)) {
            return String.format(Locale.ROOT,
                    "gives a network %.6g times the timestep of its %s, which is what this one"
                            + " takes",
                    Schedulers.timestepFactor(scheduler), className);
        }
        return DiffusersFiles.isPicture(card)
                ? "has a " + network.folder() + " and no autoencoder"
                : "starts a " + network.folder() + " as " + className + " asks for";
    }

    /** A sample's label is all that the one pipeline with labels passes. */
    private static void unguided(ModelCard card, ObjectNode index, List<String> remarks) {
        String pipeline = index.path("_class_name").asString("");
        if (card.conditional() && card.defaults().cfgScale() != 1 && pipeline.equals(DiffusersFiles.LABELLED)) {
            remarks.add("the card recommends guidance of scale " + card.defaults().cfgScale() + ", and " + pipeline
                    + " does not guide");
        }
    }

    /** The pipeline's own index, as long as it names the scheduler, and is of a pipeline that can be loaded. */
    private static @Nullable JsonFile kept(Path checkpoint, @Nullable ObjectNode scheduler) {
        Path file = checkpoint.resolve(DiffusersFiles.INDEX);
        if (scheduler == null || !Files.isRegularFile(file) || DiffusersFiles.isCalledOtherwise(scheduler)) {
            return null;
        }
        JsonFile kept = JsonFile.read(file);
        boolean same = kept.json().path("scheduler").path(1).asString("")
                .equals(scheduler.path("_class_name").asString(""));
        // Without a vae a transformer's pipeline is one that we made: it is made anew, or not at all.
        boolean made = kept.json().path("transformer").path(1).isString()
                && !kept.json().path("vae").path(1).isString();
        return same && !made ? kept : null;
    }

    /** Returns what there is to know about the result, in sentences. */
    public List<String> remarks() {
        return List.copyOf(remarks);
    }

    /** Returns the class of the pipeline that loads the result; empty if none does. */
    public String pipeline() {
        return index == null ? "" : index.json().path("_class_name").asString("");
    }

    /** Returns the class of the network. */
    public String networkClass() {
        return network.type().className();
    }

    /** Returns the folder of the network in the result. */
    public String networkFolder() {
        return network.type().folder();
    }

    /** Returns the weights. */
    public StoredWeights weights() {
        return weights;
    }

    /**
     * Writes the folder. It appears whole or not at all; a folder that is there is not touched.
     *
     * @param progress hears how many bytes of tensors are written, now and then
     * @throws IOException if the folder exists, or the disk is full or not writable
     * @throws CheckpointException if the weights are not those that the card says
     */
    public void write(Path directory, LongConsumer progress) throws IOException {
        AtomicFolders.write(directory, part -> {
            Path folder = part.resolve(network.type().folder());
            config.writeTo(folder.resolve("config.json"));
            if (index != null) {
                index.writeTo(part.resolve(DiffusersFiles.INDEX));
            }
            if (scheduler != null) {
                scheduler.writeTo(part.resolve(DiffusersFiles.SCHEDULER));
            }
            Path file = folder.resolve(Checkpoint.WEIGHTS);
            weights.copyTo(file, progress);
            String hash = Hashes.sha256(file);
            if (!card.weightsSha256().isEmpty() && !card.weightsSha256().equals(hash)) {
                throw new CheckpointException("the weights of " + card.name() + " have SHA-256 " + hash
                        + ", but the card says " + card.weightsSha256() + ": the file was changed or is not whole");
            }
        });
    }
}
