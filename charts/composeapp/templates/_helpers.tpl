{{- define "composeapp.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- define "composeapp.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "composeapp.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "composeapp.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "composeapp.selector" -}}
app.kubernetes.io/name: {{ include "composeapp.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "composeapp.labels" -}}
{{ include "composeapp.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "composeapp.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (ternary (include "composeapp.fullname" .) "default" .Values.serviceAccount.create) -}}
{{- end }}

{{- define "composeapp.repository" -}}
{{- required "image.repository is required: no image is published yet. Build the operator's image and push it to a registry of yours with `./deploy/image push REPOSITORY`, then set image.repository=REPOSITORY." .Values.image.repository -}}
{{- end }}

{{- /* The settings file: what the administrator wrote, and the puller's image. */ -}}
{{- define "composeapp.settings" -}}
{{- $repository := .Values.puller.image.repository | default (include "composeapp.repository" .) -}}
{{- $puller := printf "%s:%s" $repository .Values.puller.image.tag -}}
{{- mergeOverwrite (deepCopy .Values.settings) (dict "images" (dict "puller" $puller)) | toYaml -}}
{{- end }}

{{- /* The least that works; the same rules in a ClusterRole or in a Role for each watched namespace. */ -}}
{{- define "composeapp.rules" -}}
- apiGroups: [composeapp.dev]
  resources: [composeapps]
  verbs: [list, watch]
- apiGroups: [composeapp.dev]
  resources: [composeapps/status]
  verbs: [patch]
# Where OwnerReferencesPermissionEnforcement is on, children may only then block their owner's deletion.
- apiGroups: [composeapp.dev]
  resources: [composeapps/finalizers]
  verbs: [update]
- apiGroups: [apps]
  resources: [daemonsets, deployments]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, watch, create, patch, delete]
# Files of apps, and their variables. There is no such rule for Secrets: the operator never reads one.
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, watch, create, patch, delete]
# Volumes. Never deleted: they are people's data.
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [get, list, watch, create, patch]
# To say why a pod does not run.
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [events]
  verbs: [create]
{{- end }}
