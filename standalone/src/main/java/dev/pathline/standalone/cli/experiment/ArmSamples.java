package dev.pathline.standalone.cli.experiment;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The features of an arm's images, class by class. Arms are compared by as many images of each class as all of them have: a Frechet distance
 * falls with their number, and depends on their classes.
 */
final class ArmSamples {

    /** Of a class. */
    private static final int MOST = 5000;

    private final Map<String, List<float[]>> byClass = new TreeMap<>();

    /** Adds an image's features, while more of them make the distance better known; the class is empty where it has none. */
    void add(String label, float[] features) {
        List<float[]> all = byClass.computeIfAbsent(label, _ -> new ArrayList<>());
        if (all.size() < MOST) {
            all.add(features);
        }
    }

    /** Returns how many images of each class all arms have. */
    static Map<String, Integer> common(Collection<ArmSamples> arms) {
        var common = new HashMap<String, Integer>();
        for (String label : arms.iterator().next().byClass.keySet()) {
            int fewest = arms.stream().mapToInt(arm -> arm.byClass.getOrDefault(label, List.of()).size()).min()
                    .orElse(0);
            common.put(label, fewest);
        }
        return common;
    }

    /** Returns the features of so many of each class, those that came first. */
    List<float[]> first(Map<String, Integer> counts) {
        var features = new ArrayList<float[]>();
        byClass.forEach((label, all) -> features.addAll(all.subList(0, counts.getOrDefault(label, 0))));
        return features;
    }
}
