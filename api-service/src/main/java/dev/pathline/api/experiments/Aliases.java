package dev.pathline.api.experiments;

import dev.pathline.api.models.ModelService;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.experiment.Arm;
import dev.pathline.common.experiment.Experiment;
import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The aliases that experiments take the requests of: when one has ended, they point to what everybody is served. Methods may block. */
public final class Aliases {

    private static final Logger LOG = LoggerFactory.getLogger(Aliases.class);

    private final ModelRegistry models;
    private final ModelService service;

    /** Aliases of a registry. */
    public Aliases(ModelRegistry models, ModelService service) {
        this.models = models;
        this.service = service;
    }

    /** Lets an experiment's alias point to the control's version: nothing is tried under it any more. */
    void giveBack(Experiment experiment) {
        move(experiment, experiment.design().control());
    }

    /** Lets an experiment's alias point to the version of an arm, where that is of the same model. */
    void move(Experiment experiment, Arm arm) {
        String alias = experiment.design().alias();
        if (alias == null) {
            return;
        }
        String name = alias.substring(0, alias.indexOf('@'));
        Optional<RegisteredModel> model = models.resolve(arm.model()).filter(found -> found.name().equals(name));
        if (model.isEmpty()) {
            LOG.info("{} stays where it is: arm {} of experiment {} is of another model", alias, arm.name(),
                    experiment.reference());
            return;
        }
        try {
            service.move(name, alias.substring(name.length() + 1), model.get().version(), null);
            LOG.info("{} is version {} now, as experiment {} says", alias, model.get().version(),
                    experiment.reference());
        } catch (ApiException e) {
            LOG.warn("{} could not be moved to version {}: {}", alias, model.get().version(), e.getMessage());
        }
    }
}
