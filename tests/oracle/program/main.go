// Command oracle loads Compose files with compose-go and prints what it makes of them.
//
//	oracle FILE...   one project as JSON on standard output
//	oracle           a server: one request per line on standard input, one answer per line
//
// The environment of the process is never read: variables come with the request.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/sirupsen/logrus"
)

// Request holds the texts of one or several files, merged in their order.
type Request struct {
	Files     []string          `json:"files"`
	Variables map[string]string `json:"variables"`
	Profiles  []string          `json:"profiles"`
	Name      string            `json:"name"`
	// Folder holds a project, which is found and read as docker compose does; Files are not looked at then.
	Folder string `json:"folder"`
	// Dotenv is the text of a file of variables: the answer has what it says.
	Dotenv *string `json:"dotenv"`
}

// Answer holds a project, or the text of the error that there is none for.
type Answer struct {
	Project  map[string]any `json:"project,omitempty"`
	Error    string         `json:"error,omitempty"`
	Warnings []string       `json:"warnings"`
}

type warnings struct{ said map[string]bool }

func (w *warnings) Levels() []logrus.Level { return []logrus.Level{logrus.WarnLevel} }

func (w *warnings) Fire(entry *logrus.Entry) error {
	w.said[entry.Message] = true
	return nil
}

func (w *warnings) take() []string {
	said := make([]string, 0, len(w.said))
	for message := range w.said {
		said = append(said, message)
	}
	sort.Strings(said)
	w.said = map[string]bool{}
	return said
}

func main() {
	said := &warnings{said: map[string]bool{}}
	logrus.SetOutput(io.Discard)
	logrus.AddHook(said)
	if len(os.Args) > 1 {
		answer := once(os.Args[1:], said)
		print(answer, true)
		if answer.Error != "" {
			os.Exit(1)
		}
		return
	}
	serve(said)
}

func once(paths []string, said *warnings) Answer {
	request := Request{}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			return Answer{Error: err.Error(), Warnings: []string{}}
		}
		request.Files = append(request.Files, string(content))
	}
	return answer(request, said)
}

func serve(said *warnings) {
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return
		}
		var request Request
		if err == nil {
			err = json.Unmarshal(line, &request)
		}
		if err != nil {
			print(Answer{Error: "oracle: " + err.Error(), Warnings: []string{}}, false)
			continue
		}
		print(answer(request, said), false)
	}
}

func answer(request Request, said *warnings) (result Answer) {
	defer func() {
		if panicked := recover(); panicked != nil {
			result = Answer{Error: fmt.Sprintf("panic: %v", panicked), Warnings: said.take()}
		}
	}()
	if request.Dotenv != nil {
		return variables(request, said)
	}
	project, err := load(request)
	if err != nil {
		return Answer{Error: err.Error(), Warnings: said.take()}
	}
	described, err := describe(project)
	if err != nil {
		return Answer{Error: "marshal: " + err.Error(), Warnings: said.take()}
	}
	return Answer{Project: described, Warnings: said.take()}
}

func load(request Request) (*types.Project, error) {
	if request.Folder != "" {
		return loadFolder(request)
	}
	details := types.ConfigDetails{WorkingDir: "/project", Environment: types.Mapping{}}
	for name, value := range request.Variables {
		details.Environment[name] = value
	}
	for number, text := range request.Files {
		details.ConfigFiles = append(details.ConfigFiles, types.ConfigFile{
			Filename: fmt.Sprintf("compose-%d.yaml", number), Content: []byte(text),
		})
	}
	return loader.LoadWithContext(context.Background(), details, func(options *loader.Options) {
		name := request.Name
		if name == "" {
			name = "app"
		}
		options.SetProjectName(name, false)
		options.ResolvePaths = false
		options.SkipResolveEnvironment = true
		options.SkipResolveLabels = true
		options.Profiles = request.Profiles
	})
}

func loadFolder(request Request) (*types.Project, error) {
	given := []string{}
	for name, value := range request.Variables {
		given = append(given, name+"="+value)
	}
	options, err := cli.NewProjectOptions(nil,
		cli.WithWorkingDirectory(request.Folder), cli.WithEnv(given), cli.WithEnvFiles(), cli.WithDotEnv,
		cli.WithConfigFileEnv, cli.WithDefaultConfigPath, cli.WithDefaultProfiles(request.Profiles...),
		cli.WithResolvedPaths(true), cli.WithoutEnvironmentResolution, cli.WithoutLabelsResolution)
	if err != nil {
		return nil, err
	}
	return options.LoadProject(context.Background())
}

func variables(request Request, said *warnings) Answer {
	found, err := dotenv.UnmarshalWithLookup(*request.Dotenv, func(name string) (string, bool) {
		value, ok := request.Variables[name]
		return value, ok
	})
	if err != nil {
		return Answer{Error: err.Error(), Warnings: said.take()}
	}
	result := map[string]any{}
	for name, value := range found {
		result[name] = value
	}
	return Answer{Project: result, Warnings: said.take()}
}

// describe returns the project as compose-go writes it, with what it leaves out there.
func describe(project *types.Project) (map[string]any, error) {
	text, err := project.MarshalJSON()
	if err != nil {
		return nil, err
	}
	described := map[string]any{}
	if err := json.Unmarshal(text, &described); err != nil {
		return nil, err
	}
	described["models"] = project.Models
	described["disabled_services"] = project.DisabledServices
	return described, nil
}

func print(answer Answer, pretty bool) {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if pretty {
		encoder.SetIndent("", "  ")
	}
	if err := encoder.Encode(answer); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
