FROM node:22-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN install -d -o node -g node -m 0700 /var/lib/outright /var/lib/outright-mail
USER node
VOLUME ["/var/lib/outright", "/var/lib/outright-mail"]
EXPOSE 3000
ENTRYPOINT ["node", "dist/apps/cli/main.js", "--data", "/var/lib/outright"]
CMD ["serve"]
