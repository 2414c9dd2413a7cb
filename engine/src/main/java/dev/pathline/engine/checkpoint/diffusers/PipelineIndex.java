package dev.pathline.engine.checkpoint.diffusers;

import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.network.NetworkType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pipeline's {@code model_index.json}: its parts, each with the library and the class that load it. What it says of a
 * class counts, and not what the part's own file says: diffusers goes by the index.
 *
 * @param file the file
 */
record PipelineIndex(JsonFile file) {

    /** The parts that a network can be. */
    static final List<String> NETWORKS = List.of("unet", "transformer");

    private static final String SCHEDULER = "scheduler";
    private static final String CLASS = "_class_name";
    private static final String LIBRARY = "diffusers";

    /** The U-Net's class in the first weeks of diffusers. */
    private static final String FORMER_CLASS = "UNetUnconditionalModel";

    /** Parts that turn a network's samples into pictures: the network works on what they encode. */
    private static final List<String> DECODERS = List.of("vae", "vqvae", "movq");

    /** Parts that look at pictures when they are finished. */
    private static final List<String> ONLOOKERS = List.of("safety_checker", "feature_extractor", "image_processor");

    /**
     * A part of the pipeline.
     *
     * @param name its name, and its folder's where it has one
     * @param library the Python library that has the class
     * @param className the class
     */
    record Part(String name, String library, String className) {

        @Override
        public String toString() {
            return name + " (" + className + ")";
        }
    }

    /** Returns parts as people read them. */
    static List<String> texts(List<Part> parts) {
        return parts.stream().map(Part::toString).toList();
    }

    /** Returns the pipeline's class, or nothing. */
    String className() {
        return file.json().path(CLASS).asString("");
    }

    /** The parts that are there: Python writes two nulls for one that is left out. */
    private List<Part> parts() {
        var parts = new ArrayList<Part>();
        for (Map.Entry<String, JsonNode> part : file.json().properties()) {
            JsonNode value = part.getValue();
            if (value.isArray() && value.size() == 2 && value.get(1).isString()) {
                parts.add(new Part(part.getKey(), value.get(0).asString(""), value.get(1).asString()));
            }
        }
        return parts;
    }

    /**
     * Returns the network, or nothing where the index names none.
     *
     * @throws CheckpointException if it names two
     */
    Optional<Part> network() {
        List<Part> networks = parts().stream().filter(part -> NETWORKS.contains(part.name())).toList();
        if (networks.size() > 1) {
            throw new CheckpointException(
                    file.file() + ": the pipeline has two networks, " + networks.getFirst() + " and "
                            + networks.getLast() + "; supported is one");
        }
        networks.forEach(this::requireDiffusers);
        return networks.stream().findFirst();
    }

    /** Returns the scheduler's class, or nothing where the index names none. */
    String schedulerClass() {
        Optional<Part> scheduler = parts().stream().filter(part -> part.name().equals(SCHEDULER)).findFirst();
        scheduler.ifPresent(this::requireDiffusers);
        return scheduler.map(Part::className).orElse("");
    }

    /** A class of the same name in another library is another class. */
    private void requireDiffusers(Part part) {
        if (!part.library().equals(LIBRARY)) {
            throw new CheckpointException(file.file() + ": " + part + " is of the library '" + part.library()
                    + "'; supported is " + LIBRARY);
        }
    }

    /**
     * Returns a network's settings with the class that the index says; unchanged where they say the same, or a class that there
     * is none of here, which is refused by its name.
     *
     * @throws CheckpointException if the index says a class that there is none of here, and the settings another one
     */
    JsonFile ofItsClass(JsonFile config) {
        String own = config.json().path(CLASS).asString("");
        String named = network().map(Part::className).orElse("");
        Optional<NetworkType> type = NetworkType.named(named);
        Optional<NetworkType> ownType = NetworkType.named(own);
        boolean unsaid = own.isEmpty() || own.equals(FORMER_CLASS);
        if (named.isEmpty() || (!unsaid && (ownType.isEmpty() || ownType.equals(type)))) {
            return config;
        }
        if (type.isEmpty() && !unsaid) {
            throw new CheckpointException(file.file() + ": " + network().orElseThrow()
                    + " is of a class that there is none of here; " + config.file() + " was written by " + own
                    + ", but diffusers goes by the index");
        }
        return JsonFile.of(config.file(), config.json().deepCopy().put(CLASS, named));
    }

    /**
     * Returns the parts that decode the network's samples.
     *
     * @throws CheckpointException if there is a part that the network cannot do without
     */
    List<Part> decoders() {
        for (Part part : parts()) {
            boolean known = part.name().equals(SCHEDULER) || NETWORKS.contains(part.name())
                    || DECODERS.contains(part.name()) || ONLOOKERS.contains(part.name());
            if (!known) {
                throw new CheckpointException(file.file() + ": the pipeline has the part " + part.name() + ", a "
                        + part.className() + ", which there is none of here");
            }
        }
        return parts().stream().filter(part -> DECODERS.contains(part.name())).toList();
    }

    /** Returns the parts that look at finished pictures, of which there are none here. */
    List<Part> onlookers() {
        return parts().stream().filter(part -> ONLOOKERS.contains(part.name())).toList();
    }

    /** Returns the parts that are in no checkpoint of ours, and that Python has to be given. */
    List<String> absent() {
        return parts().stream().map(Part::name).filter(name -> DECODERS.contains(name) || ONLOOKERS.contains(name))
                .toList();
    }

    /** Returns the class names that the pipeline says, by index, or nothing. */
    Map<Integer, String> labels() {
        var labels = new TreeMap<Integer, String>();
        if (file.json().path("id2label") instanceof ObjectNode names) {
            for (Map.Entry<String, JsonNode> name : names.properties()) {
                if (!name.getKey().matches("[0-9]{1,9}") || !name.getValue().isString()) {
                    throw new CheckpointException(file.file() + ": id2label must be an object of names by number, not "
                            + name.getKey() + ": " + name.getValue());
                }
                labels.put(Integer.valueOf(name.getKey()), name.getValue().asString());
            }
        }
        return labels;
    }

    /** Returns the index of a pipeline with a scheduler of that class; itself where it says so already. */
    JsonFile withScheduler(String schedulerClass) {
        if (file.json().path(SCHEDULER).path(1).asString("").equals(schedulerClass)) {
            return file;
        }
        ObjectNode changed = file.json().deepCopy();
        changed.putArray(SCHEDULER).add(LIBRARY).add(schedulerClass);
        return JsonFile.of(file.file(), changed);
    }
}
