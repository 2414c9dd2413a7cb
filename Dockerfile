# One image for every command of Pathline: the server, which is the default, and `train` as k8s/trainer-job.yaml runs it.
#
#   docker build -t pathline:0.1.0 --build-arg PATHLINE_COMMIT=$(git rev-parse HEAD) .
#   docker run --rm -p 127.0.0.1:8080:8080 pathline:0.1.0
#   docker run --rm pathline:0.1.0 models
#
# Any builder will do, the classic one too. libtorch for the CPU of the machine that builds (x86-64 or
# ARM64) is among the jars, so that a container fetches nothing when it starts; it is unpacked into /cache, which may be a volume.
ARG JDK=eclipse-temurin:25-jdk
ARG JRE=eclipse-temurin:25-jre

FROM ${JDK} AS build
WORKDIR /src
ENV OPT_OUT_TRACKING=true
COPY . .
# The commit that lineages name: .git is not sent to the builder. Without it they say "unknown".
ARG PATHLINE_COMMIT=
RUN PATHLINE_COMMIT=${PATHLINE_COMMIT} ./mvnw -B -ntp -q -pl standalone -am -DskipTests -Dspotless.check.skip package \
    && java -Djarmode=tools -jar standalone/target/pathline-standalone-*-app.jar \
        extract --layers --application-filename pathline.jar --destination /layers

FROM ${JRE}
RUN groupadd --gid 10001 pathline \
    && useradd --uid 10001 --gid 10001 --home-dir /cache --no-create-home --shell /usr/sbin/nologin pathline \
    && mkdir -p /cache /data /models /runs /state /opt/pathline \
    && chown 10001:10001 /cache /models /runs /state
WORKDIR /opt/pathline
# In the order in which they change: what others wrote first, Pathline last.
COPY --from=build /layers/dependencies/ ./
COPY --from=build /layers/snapshot-dependencies/ ./
COPY --from=build /src/metrics/ ./metrics/
COPY --from=build --chown=10001:10001 /src/models/ /models/
COPY --from=build /src/.build/container /usr/local/bin/pathline
COPY --from=build /layers/application/ ./
# Whatever is written goes to /cache, /models, /runs, /state and /tmp: with these mounted, the root may be read-only.
# A container's own loopback would be nobody's: who may reach the server is said by the port that is published.
ENV HOME=/cache \
    OPT_OUT_TRACKING=true \
    DJL_CACHE_DIR=/cache/djl \
    PATHLINE_CACHE=/cache \
    PATHLINE_FEATURES=/cache/features \
    PATHLINE_PROFILES=/cache/profiles \
    PATHLINE_METRICS=/opt/pathline/metrics \
    PATHLINE_MODELS=/models \
    PATHLINE_RUNS=/runs \
    PATHLINE_STATE=/state \
    PATHLINE_ADDRESS=0.0.0.0
USER 10001:10001
EXPOSE 8080
# SIGTERM has the server answer, or end with a word, whatever is open, and stop within PATHLINE_STANDALONE_STOP_WITHIN: 9s unless it is set,
# a second less than `docker stop` waits. Whoever sets more says so to Docker, too (docker stop -t, stop_grace_period). A
# training stops after the step under way and its snapshot: docker stop -t 180.
STOPSIGNAL SIGTERM
ENTRYPOINT ["pathline"]
CMD ["serve"]
