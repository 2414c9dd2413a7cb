package dev.pathline.common.s3;

import dev.pathline.common.model.FolderContent;
import dev.pathline.common.model.ModelFile;
import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.model.ModelManifest.State;
import dev.pathline.common.model.Sha256;
import dev.pathline.common.registry.Catalog;
import dev.pathline.common.registry.RegistryJson;
import dev.pathline.common.s3.S3Objects.Listed;
import dev.pathline.common.s3.S3Objects.Tagged;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at a bucket. A look costs one listing and reads only what has changed since the last, by the objects' tags. */
final class S3Scan {

    private static final int MAX_SMALL = 1 << 20;

    private final S3Objects objects;
    private final String location;
    private final Map<String, Tagged> small = new HashMap<>();
    /** Cards never change, so their hash is all that need be known. */
    private final Map<String, ModelCard> cards = new HashMap<>();

    S3Scan(S3Objects objects, String location) {
        this.objects = objects;
        this.location = location;
    }

    synchronized Catalog look() {
        var catalog = new Catalog.Builder();
        Set<String> seen = new HashSet<>();
        for (Listed object : objects.list("")) {
            S3Layout.aliasesOf(object.key()).ifPresent(name -> {
                seen.add(object.key());
                trying(catalog, object.key(), () -> {
                    Tagged read = read(object, MAX_SMALL);
                    if (read != null) {
                        catalog.aliases(name, RegistryJson.aliases(read.bytes()));
                    }
                });
            });
            S3Layout.manifestOf(object.key()).ifPresent(place -> {
                seen.add(object.key());
                trying(catalog, object.key(), () -> add(catalog, object, place));
            });
        }
        small.keySet().retainAll(seen);
        return catalog.build();
    }

    private void add(Catalog.Builder catalog, Listed object, S3Layout.Place place) {
        Tagged read = read(object, ModelManifest.MAX_BYTES);
        if (read == null) {
            return;
        }
        ModelManifest manifest = ModelManifest.read(read.bytes(), place.name(), place.version());
        if (manifest.state() == State.READY || manifest.state() == State.RETIRED) {
            String folder = S3Layout.folder(place.name(), place.version());
            catalog.add(place.name(), place.version(), location + "/" + folder.substring(0, folder.length() - 1),
                    card(manifest, folder), manifest.createdAt(), manifest);
        }
    }

    private ModelCard card(ModelManifest manifest, String folder) {
        String hash = manifest.files().stream().filter(file -> file.path().equals(FolderContent.CARD))
                .map(ModelFile::sha256).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("it lists no " + FolderContent.CARD));
        ModelCard known = cards.get(hash);
        if (known != null) {
            return known;
        }
        byte[] bytes = objects.get(folder + FolderContent.CARD, MAX_SMALL)
                .orElseThrow(() -> new IllegalArgumentException(folder + FolderContent.CARD + " is missing")).bytes();
        if (!Sha256.of(bytes).equals(hash)) {
            throw new IllegalArgumentException(folder + FolderContent.CARD + " is not the one that was registered");
        }
        ModelCard card = ModelCardJson.read(new String(bytes, StandardCharsets.UTF_8));
        cards.put(hash, card);
        return card;
    }

    /** Null if it was deleted meanwhile. */
    private @Nullable Tagged read(Listed object, int maxBytes) {
        Tagged known = small.get(object.key());
        if (known == null || !bare(known.etag()).equals(bare(object.etag()))) {
            known = objects.get(object.key(), maxBytes).orElse(null);
            if (known != null) {
                small.put(object.key(), known);
            }
        }
        return known;
    }

    /** Not every server quotes a tag alike wherever it says it. */
    private static String bare(String etag) {
        return etag.replace("\"", "");
    }

    private void trying(Catalog.Builder catalog, String key, Runnable look) {
        try {
            look.run();
        } catch (IllegalArgumentException e) {
            catalog.broken(location + "/" + key, String.valueOf(e.getMessage()));
        }
    }
}
