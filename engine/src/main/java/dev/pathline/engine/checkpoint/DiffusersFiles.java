package dev.pathline.engine.checkpoint;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.checkpoint.scheduler.SchedulerWriter;
import dev.pathline.engine.network.NetworkType;
import java.util.List;
import java.util.Optional;
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

    private static final String VERSION = "0.30.0";

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
     */
    public static ObjectNode modelIndex(ModelCard card, NetworkType network, @Nullable JsonNode scheduler) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        String schedulerClass = scheduler == null ? "" : scheduler.path("_class_name").asString("");
        json.put("_class_name", pipeline(card, network, schedulerClass));
        json.put("_diffusers_version", VERSION);
        if (scheduler == null) {
            json.putArray("scheduler").addNull().addNull();
        } else {
            List.of("diffusers", schedulerClass).forEach(json.putArray("scheduler")::add);
        }
        List.of("diffusers", network.className()).forEach(json.putArray(network.folder())::add);
        if (!network.folder().equals("unet")) {
            json.putArray("vae").addNull().addNull();
        }
        return json;
    }

    private static String pipeline(ModelCard card, NetworkType network, String scheduler) {
        if (!network.folder().equals("unet")) {
            return "DiTPipeline";
        }
        // It has neither the scale of the input nor that of the noise, which the other pipeline asks for.
        if (scheduler.equals(FLOW)) {
            return "DDPMPipeline";
        }
        if (card.conditional()) {
            return "ConsistencyModelPipeline";
        }
        return switch (scheduler) {
            case "DDIMScheduler" -> "DDIMPipeline";
            case "DDPMScheduler", "DPMSolverMultistepScheduler", "UniPCMultistepScheduler" -> "DDPMPipeline";
            default -> "ConsistencyModelPipeline";
        };
    }
}
