package dev.pathline.engine.checkpoint;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.engine.checkpoint.scheduler.SchedulerWriter;
import dev.pathline.engine.checkpoint.scheduler.Schedulers;
import dev.pathline.engine.network.NetworkType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The small files of a diffusers pipeline that stand beside the weights. */
public final class DiffusersFiles {

    /** The pipeline's file. */
    public static final String INDEX = "model_index.json";

    /** The scheduler's file. */
    public static final String SCHEDULER = "scheduler/scheduler_config.json";

    /** The scheduler of flow matching. */
    public static final String FLOW = "FlowMatchEulerDiscreteScheduler";

    /** The pipeline of consistency models, the only one that passes labels to a U-Net. */
    public static final String LABELLED = "ConsistencyModelPipeline";

    /** Those that begin with the noise as it is and scale no input: what the pipeline with a transformer does. */
    private static final Set<String> UNSCALED = Set.of("DDIMScheduler", "DDPMScheduler", "DPMSolverMultistepScheduler",
            "UniPCMultistepScheduler");

    private static final String VERSION = "0.30.0";

    /** Pictures have up to three channels; what an autoencoder makes has four and more. */
    private static final int LEAST_LATENT_CHANNELS = 4;

    private DiffusersFiles() {}

    /** Returns {@code scheduler_config.json} for a model, or nothing where diffusers has no scheduler for it. */
    public static Optional<ObjectNode> scheduler(ModelCard card) {
        return SchedulerWriter.write(card);
    }

    /**
     * Returns {@code model_index.json}: which classes of Python load the parts. The pipeline is one that calls the network
     * as the scheduler wants it; the one of consistency models is the only one that passes labels and scales the input.
     *
     * @param scheduler the scheduler's configuration, or null for none, which {@code from_pretrained} then has to be given
     * @return the index, or nothing where no pipeline of diffusers loads such parts or samples with them
     */
    public static Optional<ObjectNode> modelIndex(ModelCard card, NetworkType network, @Nullable JsonNode scheduler) {
        String schedulerClass = scheduler == null ? "" : scheduler.path("_class_name").asString("");
        boolean transformer = !network.folder().equals("unet");
        // The one pipeline with a transformer decodes what it samples: without an autoencoder it does not load.
        boolean unloaded = transformer
                && (isPicture(card) || (scheduler != null && !UNSCALED.contains(schedulerClass)));
        if (unloaded || card.kind() == ModelKind.FLOW_MAP || (scheduler != null && isCalledOtherwise(scheduler))) {
            return Optional.empty();
        }
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("_class_name", transformer ? "DiTPipeline" : pipeline(card, schedulerClass));
        json.put("_diffusers_version", VERSION);
        if (scheduler == null) {
            json.putArray("scheduler").addNull().addNull();
        } else {
            List.of("diffusers", schedulerClass).forEach(json.putArray("scheduler")::add);
        }
        List.of("diffusers", network.className()).forEach(json.putArray(network.folder())::add);
        if (transformer) {
            json.putArray("vae").addNull().addNull();
        }
        return Optional.of(json);
    }

    /** Whether samples are pictures, and not what an autoencoder makes of them. */
    public static boolean isPicture(ModelCard card) {
        return card.shape().getFirst() < LEAST_LATENT_CHANNELS;
    }

    /** Whether the network does not take a scheduler's timestep as it is, and no pipeline knows. */
    public static boolean isCalledOtherwise(JsonNode scheduler) {
        return Schedulers.timestepFactor(scheduler) != 1;
    }

    private static String pipeline(ModelCard card, String scheduler) {
        // It has neither the scale of the input nor that of the noise, which the other pipeline asks for.
        if (scheduler.equals(FLOW)) {
            return "DDPMPipeline";
        }
        if (card.conditional()) {
            return LABELLED;
        }
        return switch (scheduler) {
            case "DDIMScheduler" -> "DDIMPipeline";
            case "DDPMScheduler", "DPMSolverMultistepScheduler", "UniPCMultistepScheduler" -> "DDPMPipeline";
            default -> LABELLED;
        };
    }
}
