package dev.pathline.worker;

/**
 * Which samples share evaluations: those of one model computed in one way.
 *
 * @param model the model's name and version
 * @param profile the numeric profile's name
 */
record LaneKey(String model, String profile) {

    @Override
    public String toString() {
        return model + " (" + profile + ")";
    }
}
