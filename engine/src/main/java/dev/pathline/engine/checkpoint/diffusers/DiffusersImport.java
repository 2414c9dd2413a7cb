package dev.pathline.engine.checkpoint.diffusers;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.card.TrainingInfo;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.engine.checkpoint.AtomicFolders;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.DiffusersFiles;
import dev.pathline.engine.checkpoint.Hashes;
import dev.pathline.engine.checkpoint.StoredWeights;
import dev.pathline.engine.checkpoint.WeightFiles;
import dev.pathline.engine.checkpoint.scheduler.SchedulerFacts;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.network.NetworkConfig;
import dev.pathline.engine.network.NetworkType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pipeline of diffusers, or a network alone, that was found to fit: {@link #open} reads everything but the weights' bytes
 * and refuses what does not fit, {@link #write} makes the checkpoint.
 *
 * <p>Weights and settings are copied, not translated: the same source gives the same bytes, and an export gives the
 * source's weights back, tensor by tensor in the type they had.
 */
public final class DiffusersImport {

    private final SourceFolder source;
    private final JsonFile config;
    private final NetworkConfig network;
    private final StoredWeights weights;
    private final ModelCard card;

    private DiffusersImport(SourceFolder source, JsonFile config, NetworkConfig network, StoredWeights weights,
            ModelCard card) {
        this.source = source;
        this.config = config;
        this.network = network;
        this.weights = weights;
        this.card = card;
    }

    /**
     * Reads a source, and refuses what does not fit.
     *
     * @param name the name of the model to be
     * @throws CheckpointException if something is missing or not supported; the message names the first file and key,
     *         shape or setting that is wrong
     */
    public static DiffusersImport open(ImportRequest request, String name) {
        SourceFolder source = SourceFolder.open(request);
        JsonFile config = config(source.config(), request);
        NetworkConfig network = in(config.file(), () -> {
            NetworkType.requireSpelled(config.json());
            return NetworkType.read(config.json());
        });
        if (!network.type().isOfDiffusers()) {
            throw new CheckpointException(config.file() + ": _class_name is " + network.type().className()
                    + ", which is no network of diffusers");
        }
        SchedulerFacts facts = source.scheduler().facts(request);
        Network graph = in(config.file(), network::build);
        SecondTime.requireFit(config, graph.hasTarget(), facts.kind(), source.scheduler().className());
        if (graph.hasInput(InputNames.GUIDANCE)) {
            throw new CheckpointException(config.file() + ": guidance_embedding_type makes the scale of guidance an"
                    + " input, and no file of diffusers says which scales the network knows; supported is null");
        }
        ModelCard open = in(config.file(), () -> card(request, name, source, config, network, facts));
        ModelCard card = in(source.scheduler().json().file(), () -> DefaultSteps.of(open, request.steps()));
        StoredWeights weights = StoredWeights.open(WeightFiles.find(source.network(), request.variant()), graph);
        return new DiffusersImport(source, config, network, weights, card.withWeights(graph.parameterCount(), ""));
    }

    private static JsonFile config(JsonFile config, ImportRequest request) {
        List<Integer> size = request.size();
        if (size == null) {
            return config;
        }
        ObjectNode changed = config.json().deepCopy();
        if (size.getFirst().equals(size.getLast())) {
            changed.put("sample_size", size.getFirst());
        } else {
            size.forEach(changed.putArray("sample_size")::add);
        }
        return JsonFile.of(config.file(), changed);
    }

    private static ModelCard card(ImportRequest request, String name, SourceFolder source, JsonFile config,
            NetworkConfig network, SchedulerFacts facts) {
        List<String> decoders = source.decoders();
        boolean transformer = !network.type().folder().equals("unet");
        int count = ClassNames.count(config, transformer, request.nullClass());
        String origin = (source.pipeline().isEmpty() ? network.type().className() : source.pipeline()) + " with "
                + source.scheduler().className();
        String description = request.description() != null
                ? request.description()
                : "Imported from diffusers: " + origin + "."
                        + (decoders.isEmpty()
                                ? ""
                                : " It samples latents, which a " + String.join(" and a ", decoders)
                                        + " decodes, in Python.");
        return facts.card(name, SampleShape.of(config, transformer, request.size()))
                .withTargetInput(
                        facts.kind() == ModelKind.FLOW_MAP ? SecondTime.read(config) : TargetInput.TIME)
                .withClasses(ClassNames.of(count, request.classes(), source.labels()),
                        count > 0 && (transformer || request.nullClass()))
                .withDescription(description)
                .withTraining(new TrainingInfo("", "", 0, "", "imported from diffusers: " + origin));
    }

    /** What is wrong in a file is said with the file's name. */
    private static <T> T in(Path file, Supplier<T> step) {
        try {
            return step.get();
        } catch (InvalidSettingException e) {
            throw new CheckpointException(file + ": " + e.field() + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(file + ": " + e.getMessage(), e);
        }
    }

    /** Returns the card to be, without the hash of the weights. */
    public ModelCard card() {
        return card;
    }

    /** Returns the weights. */
    public StoredWeights weights() {
        return weights;
    }

    /** Returns the parts of the pipeline that decode samples and are left out, each with its class. */
    public List<String> decoders() {
        return source.decoders();
    }

    /** Returns what there is to know about what was found, in sentences: what was left out, and which of two counted. */
    public List<String> remarks() {
        var remarks = new ArrayList<>(source.scheduler().remarks());
        weights.remark().ifPresent(remarks::add);
        if (source.index() != null && !source.index().onlookers().isEmpty()) {
            remarks.add(String.join(" and ", PipelineIndex.texts(source.index().onlookers()))
                    + " looks at finished pictures and was left out: nothing does that here");
        }
        unread(remarks, source.scheduler().json().file(), source.scheduler().unknown(), "scheduler");
        var keys = new TreeSet<>(NetworkType.unknown(config.json()));
        if (card.kind() == ModelKind.FLOW_MAP) {
            keys.remove(SecondTime.KEY);
        }
        unread(remarks, config.file(), keys, "network");
        return remarks;
    }

    private static void unread(List<String> remarks, Path file, Set<String> keys, String part) {
        if (!keys.isEmpty()) {
            remarks.add(file + " has " + String.join(", ", keys) + ", which no " + part
                    + " of diffusers has: kept, and not looked at");
        }
    }

    /**
     * Writes the checkpoint. It appears whole or not at all; a folder that is there is not touched.
     *
     * @param version the version that the card says
     * @param progress hears how many bytes of tensors are written, now and then
     * @return the card as written
     * @throws IOException if a file cannot be read, the folder exists, or the disk is full or not writable
     */
    public ModelCard write(Path directory, String version, LongConsumer progress) throws IOException {
        var written = new AtomicReference<>(card);
        AtomicFolders.write(directory, part -> {
            Path folder = part.resolve(network.type().folder());
            config.writeTo(folder.resolve("config.json"));
            source.scheduler().json().writeTo(part.resolve(DiffusersFiles.SCHEDULER));
            JsonFile index = index();
            if (index != null) {
                index.writeTo(part.resolve(DiffusersFiles.INDEX));
            }
            Path file = folder.resolve(Checkpoint.WEIGHTS);
            weights.copyTo(file, progress);
            ModelCard hashed = card.withVersion(version).withWeights(card.parameters(), Hashes.sha256(file));
            AtomicFiles.write(part.resolve(Checkpoint.CARD), ModelCardJson.write(hashed));
            written.set(hashed);
        });
        return written.get();
    }

    private @Nullable JsonFile index() {
        return source.index() == null
                ? DiffusersFiles.modelIndex(card, network.type(), source.scheduler().json().json())
                        .map(json -> JsonFile.of(Path.of(DiffusersFiles.INDEX), json)).orElse(null)
                : source.index().withScheduler(source.scheduler().className());
    }
}
