# The server in a container: docs/deploy.md says how to run it.
FROM denoland/deno:debian-2.9.6 AS build
WORKDIR /src
COPY . .
RUN ./compile.sh --output /out/chat && mkdir /out/data

# Has the C library and the system's root certificates, and no shell.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /out/chat /usr/local/bin/chat
COPY --from=build --chown=nonroot:nonroot /out/data /data
WORKDIR /data
VOLUME /data
EXPOSE 9000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=20s CMD ["chat", "doctor", "localhost", "9000"]
ENTRYPOINT ["chat"]
CMD ["serve", "9000", "--data", "/data", "--certs", "/data/certs"]
